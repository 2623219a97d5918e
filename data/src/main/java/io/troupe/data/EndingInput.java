package io.troupe.data;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file's content for a decoder that does not stop at its end: that of WebP takes each bit that is
 * not there for another one, so that a file of 200 bytes that says it is large keeps a thread for
 * minutes. Here it may ask some times, as it does ahead of a whole file's last bits.
 */
final class EndingInput extends ImageInputStreamImpl {
  private static final int MOST_AT_END = 1000;

  private final byte[] content;
  private int atEnd;

  EndingInput(byte[] content) {
    this.content = content;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    return isAtEnd() ? -1 : content[(int) streamPos++] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    bitOffset = 0;
    if (isAtEnd()) {
      return -1;
    }
    int count = (int) Math.min(length, content.length - streamPos);
    System.arraycopy(content, (int) streamPos, bytes, offset, count);
    streamPos += count;
    return count;
  }

  private boolean isAtEnd() throws ImageException {
    boolean end = streamPos >= content.length;
    if (end && ++atEnd > MOST_AT_END) {
      throw new ImageException("the file is cut off");
    }
    return end;
  }

  @Override
  public long length() {
    return content.length;
  }
}
