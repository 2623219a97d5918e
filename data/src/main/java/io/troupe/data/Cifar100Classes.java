package io.troupe.data;

import io.troupe.config.DatasetSettings.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The classes of CIFAR-100 (Krizhevsky, "Learning multiple layers of features from tiny images",
 * 2009): 20 superclasses of five fine classes each. Both are numbered in alphabetical order.
 */
final class Cifar100Classes {
  /** Each row: a superclass, then its fine classes. */
  private static final String[] TABLE = {
    "aquatic_mammals: beaver dolphin otter seal whale",
    "fish: aquarium_fish flatfish ray shark trout",
    "flowers: orchid poppy rose sunflower tulip",
    "food_containers: bottle bowl can cup plate",
    "fruit_and_vegetables: apple mushroom orange pear sweet_pepper",
    "household_electrical_devices: clock keyboard lamp telephone television",
    "household_furniture: bed chair couch table wardrobe",
    "insects: bee beetle butterfly caterpillar cockroach",
    "large_carnivores: bear leopard lion tiger wolf",
    "large_man-made_outdoor_things: bridge castle house road skyscraper",
    "large_natural_outdoor_scenes: cloud forest mountain plain sea",
    "large_omnivores_and_herbivores: camel cattle chimpanzee elephant kangaroo",
    "medium_mammals: fox porcupine possum raccoon skunk",
    "non-insect_invertebrates: crab lobster snail spider worm",
    "people: baby boy girl man woman",
    "reptiles: crocodile dinosaur lizard snake turtle",
    "small_mammals: hamster mouse rabbit shrew squirrel",
    "trees: maple_tree oak_tree palm_tree pine_tree willow_tree",
    "vehicles_1: bicycle bus motorcycle pickup_truck train",
    "vehicles_2: lawn_mower rocket streetcar tank tractor",
  };

  /** Names of the 20 superclasses, by coarse label. */
  static final List<String> SUPERCLASSES;

  /** Names of the 100 fine classes, by fine label. */
  static final List<String> FINE;

  private static final int[] SUPERCLASS_OF_FINE;

  static {
    List<String> superclasses = new ArrayList<>();
    List<List<String>> members = new ArrayList<>();
    List<String> fine = new ArrayList<>();
    for (String row : TABLE) {
      int colon = row.indexOf(':');
      superclasses.add(row.substring(0, colon));
      members.add(Arrays.asList(row.substring(colon + 2).split(" ", -1)));
      fine.addAll(members.get(members.size() - 1));
    }
    fine.sort(null);
    SUPERCLASS_OF_FINE = new int[fine.size()];
    for (int superclass = 0; superclass < members.size(); superclass++) {
      for (String name : members.get(superclass)) {
        SUPERCLASS_OF_FINE[fine.indexOf(name)] = superclass;
      }
    }
    SUPERCLASSES = List.copyOf(superclasses);
    FINE = List.copyOf(fine);
  }

  private Cifar100Classes() {}

  /** Names of the classes that a label counts. */
  static List<String> of(Labels labels) {
    return labels == Labels.FINE ? FINE : SUPERCLASSES;
  }

  /** The coarse label (0 to 19) that a fine label (0 to 99) belongs to. */
  static int superclassOf(int fineLabel) {
    return SUPERCLASS_OF_FINE[fineLabel];
  }
}
