using MlNetVision.Imaging;
using MlNetVision.Style;

namespace MlNetVision.Tests.Style;

/// <summary>Against <c>../shared/goldens/style</c>: the photo stretched to 720×720, ONNX Runtime alone.</summary>
[TestClass]
public sealed class GoldenStyleTests
{
    private const double Least = 32; // decibels; how the photo is stretched differs by program

    [TestMethod]
    public void Stylize_Candy_AgreesWithGolden()
    {
        using var golden = RgbImage.Load(Shared.Path("goldens", "style", "candy.onnx", "chicago.png"));
        using var photo = RgbImage.Load(Shared.Path("data", "images", "chicago.jpg"));
        using var stylizer = ImageStylizer.Load(Shared.Path("models", "onnx", "candy.onnx"), new ImageStylizerOptions { Resize = ResizeMode.Stretch });

        Assert.AreEqual("raw-bgr", stylizer.Preprocess);
        using var stretched = Stretch(photo, golden.Width, golden.Height);
        using var asGolden = stylizer.Stylize(stretched);
        Assert.IsGreaterThanOrEqualTo(Least, StyleImages.Psnr(golden, asGolden.Stylized));

        using var asPhoto = stylizer.Stylize(photo);
        using var back = Stretch(golden, photo.Width, photo.Height);
        Assert.IsGreaterThanOrEqualTo(Least, StyleImages.Psnr(back, asPhoto.Stylized));
    }

    // OpenCV's readNetFromTorch, on the photo cropped to a multiple of four.
    [TestMethod]
    [DataRow("candy.t7")]
    [DataRow("mosaic.t7")]
    public void Stylize_Torch7AtThePhotosOwnSize_AgreesWithGolden(string model)
    {
        using var golden = RgbImage.Load(Shared.Path("goldens", "style", model, "chicago.png"));
        using var photo = RgbImage.Load(Shared.Path("data", "images", "chicago.jpg"));
        using var cropped = new RgbImage(golden.Width, golden.Height);
        new ImageRegion(cropped, 0, 0, golden.Width, golden.Height).CopyFrom(photo, 0, 0);
        using var stylizer = ImageStylizer.Load(Shared.Path("models", "torch7", model));

        using var result = stylizer.Stylize(cropped);

        Assert.AreEqual(("caffe", true), (stylizer.Preprocess, stylizer.TakesAnySize));
        Assert.IsGreaterThanOrEqualTo(40, StyleImages.Psnr(golden, result.Stylized));
    }

    private static RgbImage Stretch(RgbImage image, int width, int height) => ImageResizer.Resize(
        image, new ResizeOptions { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
}
