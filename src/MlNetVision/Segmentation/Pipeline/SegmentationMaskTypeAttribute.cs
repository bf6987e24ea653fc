using Microsoft.ML.Data;

namespace MlNetVision.Segmentation;

/// <summary>
/// Marks a property of type <see cref="SegmentationMask"/> in a class of rows, so that ML.NET reads the column of masks into it:
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
