using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class ImageGeometryTests
{
    // Darknet's letterbox_image: new_h = h_image * w / w_image in integers, offset (h − new_h) / 2 in integers.
    [TestMethod]
    [DataRow(ResizeMode.Letterbox, 768, 576, 416, 416, 416, 312, 0, 52)]
    [DataRow(ResizeMode.Letterbox, 576, 768, 416, 416, 312, 416, 52, 0)]
    [DataRow(ResizeMode.Letterbox, 500, 333, 224, 224, 224, 149, 0, 37)]
    [DataRow(ResizeMode.Letterbox, 10_000, 1, 32, 32, 32, 1, 0, 15)]
    [DataRow(ResizeMode.Stretch, 768, 576, 416, 300, 416, 300, 0, 0)]
    [DataRow(ResizeMode.Crop, 768, 576, 416, 416, 554, 416, -69, 0)]
    [DataRow(ResizeMode.Crop, 576, 768, 416, 416, 416, 554, 0, -69)]
    public void For_Mode_ScalesAndPlacesInWholePixels(ResizeMode mode, int pw, int ph, int nw, int nh, int width, int height, int left, int top)
    {
        var geometry = ImageGeometry.For(mode, pw, ph, nw, nh);

        Assert.AreEqual((float)width / pw, geometry.ScaleX, 1e-6f);
        Assert.AreEqual((float)height / ph, geometry.ScaleY, 1e-6f);
        Assert.AreEqual((left, top), ((int)geometry.OffsetX, (int)geometry.OffsetY));
        Assert.AreEqual(pw, geometry.ToImageX(left + width), 1e-2f);
        Assert.AreEqual(ph, geometry.ToImageY(top + height), 1e-2f);
        Assert.AreEqual(left, geometry.ToNetworkX(0), 1e-4f);
        Assert.AreEqual(top + height, geometry.ToNetworkY(ph), 1e-2f);
    }

    [TestMethod]
    public void For_LengthBelowOne_IsRefused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageGeometry.For(ResizeMode.Letterbox, 0, 1, 1, 1));
}
