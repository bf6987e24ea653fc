using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Segmentation;

namespace MlNetVision.MlNet;

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

/// <summary>
/// Marks a property of type <see cref="SegmentationMask"/> in a row class, so that ML.NET reads the column of masks into it:
/// <c>[SegmentationMaskType] public SegmentationMask Mask { get; set; }</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class SegmentationMaskTypeAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(new SegmentationMaskType(), typeof(SegmentationMask), this);

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is SegmentationMaskTypeAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(SegmentationMaskTypeAttribute).GetHashCode();
}

/// <summary>
/// Marks a property of type <see cref="MLImage"/> in a row class as an image of any size. (ML.NET's own
/// <see cref="ImageTypeAttribute"/> requires a size.)
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class AnySizeImageTypeAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage), this);

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is AnySizeImageTypeAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(AnySizeImageTypeAttribute).GetHashCode();
}
