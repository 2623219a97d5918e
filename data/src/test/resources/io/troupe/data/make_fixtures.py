"""Writes this folder's fixtures: arrays with NumPy, pictures and what they decode to with Pillow.

Run in this folder; made with NumPy 1.24 and Pillow 9.4.
"""

import os

import numpy as np
from PIL import Image


def make_arrays():
    os.makedirs("npz", exist_ok=True)
    os.chdir("npz")
    np.save("float32.npy", np.array([[0, -1.5, 3.25e-38], [np.inf, 1e38, 0.1]], "<f4"))
    np.save("float64.npy", np.array([0.1, -2.5, 1e300], "<f8"))
    np.save("int32.npy", np.array([[-(2**31)], [7]], "<i4"))
    np.save("int64.npy", np.array(-(2**53) - 1, "<i8"))
    np.save("uint8.npy", np.arange(250, 256, dtype="u1").reshape(1, 2, 3))
    for major in (2, 3):
        with open(f"version{major}.npy", "wb") as file:
            np.lib.format.write_array(file, np.array([1, 2], "<i4"), version=(major, 0))
    np.save("fortran.npy", np.asfortranarray(np.arange(6, dtype="<f8").reshape(2, 3)))
    np.save("big-endian.npy", np.array([1.0], ">f8"))
    np.save("structure.npy", np.array([(1, 2)], dtype=[("a", "<i4"), ("b", "<i4")]))
    np.save("float16.npy", np.array([1, 2], "<f2"))
    images = (np.arange(2 * 2 * 4 * 3) * 7 % 256).astype("u1").reshape(2, 2, 4, 3)
    np.savez("stored.npz", images=images, labels=np.array([2, 0], "<i8"))
    np.savez_compressed("deflated.npz", images=images, labels=np.array([2, 0], "<i4"))
    np.savez_compressed("unlabelled.npz", images=images)
    np.savez("int16.npz", images=images.astype("<i2"), labels=np.array([[0], [3]], "<u2"))
    integers = {name: np.array([-2, 100], "<i8").astype(name) for name in ("i1", "<i2", "<u2", "<u4")}
    np.savez("integers.npz", **{name.strip("<"): array for name, array in integers.items()})
    np.savez_compressed(
        "statistics.npz", mu=np.array([0.5, -1.25]), sigma=np.array([[2, 0.125], [0.125, 3]])
    )
    os.chdir("..")


def waves(width, height):
    y, x = np.mgrid[0:height, 0:width]
    channels = [
        127 + 120 * np.sin(x / 5 + y / 9),
        127 + 120 * np.cos(x / 7 - y / 4),
        (x * 9 + y * 5) % 256,
    ]
    return np.stack(channels, -1).astype("u1")


def resize_and_center_crop(image, side):
    """torchvision's Resize(side) and CenterCrop(side)."""
    width, height = image.size
    shorter = min(width, height)
    width, height = (
        side if length == shorter else int(side * length / shorter) for length in (width, height)
    )
    left, top = (int(round((length - side) / 2)) for length in (width, height))
    scaled = image.resize((width, height), Image.BILINEAR)
    return np.asarray(scaled.crop((left, top, left + side, top + side)))


def three(gray):
    return np.repeat(gray[..., None], 3, -1)


def rounded(values):
    return np.floor(values + 0.5).astype("u1")


def make_pictures():
    os.makedirs("pictures", exist_ok=True)
    os.chdir("pictures")
    expected = {}
    for name, size in {"landscape": (27, 19), "portrait": (18, 25)}.items():
        image = Image.fromarray(waves(*size))
        image.save(name + ".png")
        for side in (1, 6, 21):
            expected[f"{name}-{side}"] = resize_and_center_crop(image, side)

    color = waves(12, 9)
    gray = np.asarray(Image.fromarray(color).convert("L"))
    alpha = (np.arange(9 * 12) * 2.4).astype("u1").reshape(9, 12)
    deep = gray.astype("<u2") * 256 + np.arange(12, dtype="<u2") * 20
    palette = Image.fromarray(color).quantize(8)
    transparent = np.asarray(palette.convert("RGB")).copy()
    transparent[np.asarray(palette) == 3] = 0
    Image.fromarray(gray).save("gray8.png")
    Image.fromarray(deep).save("gray16.png")
    Image.fromarray(gray > 120).save("gray1.png")
    Image.fromarray(np.dstack([color, alpha])).save("rgba.png")
    Image.fromarray(np.dstack([gray, alpha]), "LA").save("gray-alpha.png")
    palette.save("palette.png", bits=4)
    palette.save("palette-transparent.png", bits=4, transparency=3)
    expected["gray8.png"] = three(gray)
    expected["gray16.png"] = three(rounded(deep / 257))
    expected["gray1.png"] = three(np.where(gray > 120, 255, 0).astype("u1"))
    expected["rgba.png"] = rounded(color * (alpha / 255)[..., None])
    expected["gray-alpha.png"] = three(rounded(gray * (alpha / 255)))
    expected["palette.png"] = np.asarray(palette.convert("RGB"))
    expected["palette-transparent.png"] = transparent

    image = Image.fromarray(waves(24, 20))
    image.save("color420.jpg", quality=85)
    image.save("color444.jpg", quality=90, subsampling=0)
    image.save("progressive.jpg", quality=85, progressive=True)
    image.convert("L").save("gray.jpg", quality=85)
    image.convert("CMYK").save("cmyk.jpg", quality=85)
    with open("cmyk.jpg", "rb") as file:
        content = bytearray(file.read())
    content[content.index(b"Adobe") + 11] = 2
    with open("ycck.jpg", "wb") as file:
        file.write(content)
    for name in ("color420", "color444", "progressive", "gray", "cmyk", "ycck"):
        expected[name + ".jpg"] = np.asarray(Image.open(name + ".jpg").convert("RGB"))
    np.savez_compressed("expected.npz", **expected)
    os.chdir("..")


make_arrays()
make_pictures()
