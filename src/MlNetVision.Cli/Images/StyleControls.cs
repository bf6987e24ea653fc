using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Cli.Images;

/// <summary>What is done to a stylised image with its photo at hand; several threads may ask for it at once.</summary>
internal sealed class StyleControls : IDisposable
{
    public float Strength { get; init; } = 1;

    public ColorPreservation Colors { get; init; }

    /// <summary>The file of the mask, or null.</summary>
    public string? MaskFile { get; init; }

    /// <summary>The class indices of the file's mask that are stylised; null: all but 0, or as bright as it is.</summary>
    public IReadOnlyList<int>? MaskClasses { get; init; }

    /// <summary>What tells the mask of each photo, or null. Disposed with this object.</summary>
    public Segmenter? Segmenter { get; init; }

    /// <summary>The classes of the segmenter that are stylised.</summary>
    public CompositeOptions Classes { get; init; } = new();

    public bool InvertMask { get; init; }

    /// <summary>Colours first, then strength, then the mask; the stylised image is changed.</summary>
    public void ApplyInPlace(RgbImage styled, RgbImage photo)
    {
        ColorKeeper.ApplyInPlace(styled, photo, Colors);
        if (Strength < 1) StyleBlend.FadeInPlace(styled, photo, Strength);
        if (MaskOf(photo) is not { } mask) return;
        if (InvertMask) StyleMask.InvertInPlace(mask);
        StyleBlend.MaskInPlace(styled, photo, mask);
    }

    public void Dispose() => Segmenter?.Dispose();

    private byte[]? MaskOf(RgbImage photo) => MaskFile is not null ? StyleMask.Load(MaskFile, photo.Width, photo.Height, MaskClasses)
        : Segmenter is not null ? StyleMask.Of(Segmenter.Segment(photo).Mask, Classes)
        : null;
}
