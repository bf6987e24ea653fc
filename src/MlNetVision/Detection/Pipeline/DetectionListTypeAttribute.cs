using Microsoft.ML.Data;

namespace MlNetVision.Detection;

/// <summary>
/// Marks a property of type <see cref="DetectionList"/> in a class of rows, so that ML.NET reads the column of detections into it:
/// <c>[DetectionListType] public DetectionList Detections { get; set; }</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class DetectionListTypeAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(new DetectionListType(), typeof(DetectionList), this);

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is DetectionListTypeAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(DetectionListTypeAttribute).GetHashCode();
}
