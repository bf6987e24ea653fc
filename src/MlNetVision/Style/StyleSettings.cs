using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Style;

/// <summary>All that a style chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record StyleSettings : PipelineSettings
{
    /// <summary>The output that holds the stylised image.</summary>
    public required string Output { get; init; }

    /// <summary>The order of its axes.</summary>
    public required PixelLayout Layout { get; init; }

    /// <summary>Whether the network's own size is free, although its chain has a fixed one.</summary>
    public bool AnySize { get; init; }

    /// <summary>Its width in pixels, for the size of the resize.</summary>
    public required int OutputWidth { get; init; }

    /// <summary>Its height in pixels, for the size of the resize.</summary>
    public required int OutputHeight { get; init; }
}
