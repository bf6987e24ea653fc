using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Images;

/// <summary>Writes what is kept of images, the rest transparent or replaced.</summary>
internal sealed class Cutouts : IDisposable
{
    private readonly CompositeOptions _options;
    private readonly CompositeBackground? _background;
    private readonly RgbImage? _image;

    /// <param name="options">What is kept.</param>
    /// <param name="background">What takes the place of the rest; null: transparency.</param>
    public Cutouts(CompositeOptions options, CompositeBackground? background = null) => (_options, _background) = (options, background);

    /// <param name="options">What is kept.</param>
    /// <param name="image">The image that takes the place of the rest; disposed with this object.</param>
    public Cutouts(CompositeOptions options, RgbImage image)
        : this(options, CompositeBackground.Image(image)) => _image = image;

    public ImageOutput<SegmentationResult> Output => new(".cutout", ".png", Write);

    public void Dispose() => _image?.Dispose();

    private void Write(RgbImage source, SegmentationResult result, string path)
    {
        if (_background is null)
        {
            Compositor.SaveCutOut(source, result.Mask, path, _options);
            return;
        }
        using var composed = Compositor.Compose(source, result.Mask, _background, _options);
        composed.Save(path);
    }
}
