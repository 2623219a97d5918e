package io.troupe.models.weights;

/** Numbers of one type, which tensors are parts of. Where they lie may become known later. */
final class Storage {
  private final String key;
  private final StoredType type;
  private Content content;

  Storage(String key, StoredType type) {
    this.key = key;
    this.type = type;
  }

  /** Its name in the file. */
  String key() {
    return key;
  }

  StoredType type() {
    return type;
  }

  void lieIn(Content found) {
    content = found;
  }

  /** Its bytes; null if the file has none of them. */
  Content content() {
    return content;
  }
}
