using Microsoft.ML.Data;

namespace MlNetVision.Detection;

/// <summary>The ML.NET column type of <see cref="DetectionList"/>.</summary>
public sealed class DetectionListType : StructuredDataViewType
{
    /// <summary>Makes the type; all instances are equal.</summary>
    public DetectionListType() : base(typeof(DetectionList)) { }

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is DetectionListType;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DetectionListType;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(DetectionListType).GetHashCode();
}
