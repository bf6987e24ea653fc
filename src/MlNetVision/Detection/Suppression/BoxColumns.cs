using System.Buffers;
using System.Numerics;

namespace MlNetVision.Detection;

/// <summary>
/// Boxes as columns of edges, so that one box is compared with many at once. The IoU is bit-identical to <see cref="BoundingBox.IoU"/>, or that of
/// <see cref="RotatedBoxes"/> once a turned box was added.
/// </summary>
internal sealed class BoxColumns : IDisposable
{
    private const int Columns = 6;
    private readonly float[] _values;
    private readonly int _capacity;
    private bool _areTurned;

    public BoxColumns(int capacity)
    {
        _capacity = capacity;
        _values = ArrayPool<float>.Shared.Rent(Columns * capacity);
    }

    public int Count { get; private set; }

    public void Add(BoundingBox box, float angle)
    {
        var i = Count++;
        (_values[i], _values[_capacity + i], _values[2 * _capacity + i], _values[3 * _capacity + i]) = (box.Left, box.Top, box.Right, box.Bottom);
        (_values[4 * _capacity + i], _values[5 * _capacity + i]) = (box.Area, angle);
        _areTurned |= angle != 0;
    }

    /// <summary>Removes a box; the last one takes its position.</summary>
    public void RemoveAt(int index)
    {
        Count--;
        for (var column = 0; column < Columns * _capacity; column += _capacity) _values[column + index] = _values[column + Count];
    }

    /// <summary>Whether some box overlaps this one by more than a limit.</summary>
    public bool AnyAbove(BoundingBox box, float angle, float limit)
    {
        var i = 0;
        if (_areTurned || angle != 0)
        {
            while (i < Count && !(RotatedBoxes.IoU(this[i], Angle(i), box, angle) > limit)) i++;
            return i < Count;
        }
        for (; i <= Count - Vector<float>.Count; i += Vector<float>.Count)
        {
            if (Vector.GreaterThanAny(IoU(box, i), new Vector<float>(limit))) return true;
        }
        for (; i < Count; i++)
        {
            if (BoundingBox.IoU(this[i], box) > limit) return true;
        }
        return false;
    }

    /// <summary>Writes the IoU of this box with each of the columns'.</summary>
    public void IoU(BoundingBox box, float angle, Span<float> target)
    {
        var i = 0;
        if (_areTurned || angle != 0)
        {
            for (; i < Count; i++) target[i] = RotatedBoxes.IoU(this[i], Angle(i), box, angle);
            return;
        }
        for (; i <= Count - Vector<float>.Count; i += Vector<float>.Count) IoU(box, i).CopyTo(target[i..]);
        for (; i < Count; i++) target[i] = BoundingBox.IoU(this[i], box);
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(_values);

    public BoundingBox this[int i] => new(_values[i], _values[_capacity + i], _values[2 * _capacity + i], _values[3 * _capacity + i]);

    /// <summary>How far a box is turned.</summary>
    public float Angle(int i) => _values[5 * _capacity + i];

    private Vector<float> IoU(BoundingBox box, int i)
    {
        var width = Vector.Min(Column(2, i), new Vector<float>(box.Right)) - Vector.Max(Column(0, i), new Vector<float>(box.Left));
        var height = Vector.Min(Column(3, i), new Vector<float>(box.Bottom)) - Vector.Max(Column(1, i), new Vector<float>(box.Top));
        var intersection = Vector.Max(width, Vector<float>.Zero) * Vector.Max(height, Vector<float>.Zero);
        // Most boxes do not overlap: no division for them.
        if (!Vector.GreaterThanAny(intersection, Vector<float>.Zero)) return Vector<float>.Zero;
        var overlap = intersection / (Column(4, i) + new Vector<float>(box.Area) - intersection);
        return Vector.ConditionalSelect(Vector.GreaterThan(intersection, Vector<float>.Zero), overlap, Vector<float>.Zero);
    }

    private Vector<float> Column(int column, int i) => new(_values, column * _capacity + i);
}
