using System.Collections;
using Microsoft.ML.Data;

namespace MlNetVision.MlNet;

/// <summary>The detections of one row of an ML.NET pipeline, best score first. It is read-only and converts to an array.</summary>
public sealed class DetectionList : IReadOnlyList<Detection.Detection>
{
    private readonly Detection.Detection[] _detections;

    /// <summary>Makes the list of some detections, which are copied.</summary>
    public DetectionList(IEnumerable<Detection.Detection> detections) => _detections = [.. detections];

    /// <inheritdoc/>
    public int Count => _detections.Length;

    /// <inheritdoc/>
    public Detection.Detection this[int index] => _detections[index];

    /// <summary>The detections as an array of the caller's own.</summary>
    public Detection.Detection[] ToArray() => [.. _detections];

    /// <summary>The detections as an array of the caller's own.</summary>
    public static implicit operator Detection.Detection[](DetectionList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return list.ToArray();
    }

    /// <inheritdoc/>
    public IEnumerator<Detection.Detection> GetEnumerator() => ((IEnumerable<Detection.Detection>)_detections).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

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

/// <summary>
/// Marks a property of type <see cref="DetectionList"/> in a row class, so that ML.NET reads the column of detections into it:
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
