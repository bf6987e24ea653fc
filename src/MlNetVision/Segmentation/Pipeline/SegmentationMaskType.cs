using Microsoft.ML.Data;

namespace MlNetVision.Segmentation;

/// <summary>The ML.NET column type of <see cref="SegmentationMask"/>.</summary>
public sealed class SegmentationMaskType : StructuredDataViewType
{
    /// <summary>Makes the type; all instances are equal.</summary>
    public SegmentationMaskType() : base(typeof(SegmentationMask)) { }

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is SegmentationMaskType;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SegmentationMaskType;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(SegmentationMaskType).GetHashCode();
}
