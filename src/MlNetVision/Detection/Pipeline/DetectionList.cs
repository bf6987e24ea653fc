using System.Collections;

namespace MlNetVision.Detection;

/// <summary>The detections of one row of an ML.NET pipeline, best score first. It is read-only and converts to an array.</summary>
public sealed class DetectionList : IReadOnlyList<Detection>
{
    private readonly Detection[] _detections;

    /// <summary>Makes the list of some detections, which are copied.</summary>
    public DetectionList(IEnumerable<Detection> detections) => _detections = [.. detections];

    /// <inheritdoc/>
    public int Count => _detections.Length;

    /// <inheritdoc/>
    public Detection this[int index] => _detections[index];

    /// <summary>The detections as an array of the caller's own.</summary>
    public Detection[] ToArray() => [.. _detections];

    /// <summary>The detections as an array of the caller's own.</summary>
    public static implicit operator Detection[](DetectionList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return list.ToArray();
    }

    /// <inheritdoc/>
    public IEnumerator<Detection> GetEnumerator() => ((IEnumerable<Detection>)_detections).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
