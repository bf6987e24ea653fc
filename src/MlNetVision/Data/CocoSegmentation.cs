using System.Text.Json;

namespace MlNetVision.Data;

/// <summary>A segmentation of COCO.</summary>
/// <param name="Hull">The smallest box around it; null where it has no point.</param>
/// <param name="Polygons">Its polygons, x and y in turn, where they are kept.</param>
/// <param name="Runs">Its runs, where they are kept; null: it has none.</param>
internal sealed record CocoSegmentation(BoxCorners? Hull, IReadOnlyList<double[]> Polygons, CocoRuns? Runs)
{
    /// <summary>One that is there and cannot be read.</summary>
    public static CocoSegmentation Unreadable { get; } = new(new BoxCorners(double.NaN, double.NaN, double.NaN, double.NaN), [], null);
}

/// <summary>Says that <see cref="SegmentationConverter"/> keeps polygons and runs; it converts nothing.</summary>
internal sealed class KeepPolygons : LooseConverter<KeepPolygons>
{
    public override KeepPolygons? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>
/// Reads a segmentation: polygons (<c>[[x1, y1, x2, y2, …], …]</c>, or one without its outer brackets), or a run-length encoding
/// (<c>{"size": [height, width], "counts": …}</c>). Where only boxes are wanted, nothing but the smallest box around it is kept.
/// </summary>
internal sealed class SegmentationConverter : LooseConverter<CocoSegmentation?>
{
    public override CocoSegmentation? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var keeps = options.Converters.Any(converter => converter is KeepPolygons);
        if (reader.TokenType == JsonTokenType.StartObject)
            return CocoRuns.Read(ref reader) is { } runs ? new(runs.Box(), [], keeps ? runs : null) : CocoSegmentation.Unreadable;
        if (reader.TokenType != JsonTokenType.StartArray) return reader.TokenType == JsonTokenType.Null ? null : CocoSegmentation.Unreadable;
        var (hull, polygons, ring) = (new Hull(), new List<double[]>(), new List<double>());
        for (var depth = reader.CurrentDepth; reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth);)
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray) Close();
            else
            {
                var value = NumberAt(ref reader) ?? double.NaN;
                hull.Add(value, isX: ring.Count % 2 == 0);
                // Two numbers tell x from y.
                if (keeps || ring.Count < 1) ring.Add(value);
                else ring.Clear();
            }
        }
        Close();
        return new(hull.Corners, polygons, null);

        void Close()
        {
            // The last number of an odd count is an x without its y.
            if (ring.Count % 2 == 1) hull.Add(double.NaN, isX: true);
            if (keeps && ring.Count is >= 6 and <= 2 * MaskShape.MostPoints && ring.Count % 2 == 0 && ring.TrueForAll(double.IsFinite)) polygons.Add([.. ring]);
            ring.Clear();
        }
    }

    private struct Hull
    {
        private double _left, _top, _right, _bottom;
        private bool _any;

        public readonly BoxCorners? Corners => _any ? new(_left, _top, _right, _bottom) : null;

        public void Add(double value, bool isX)
        {
            if (!_any) (_left, _top, _right, _bottom, _any) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue, true);
            // Math.Min and Max keep not-a-number, which makes the box unusable.
            if (isX) (_left, _right) = (Math.Min(_left, value), Math.Max(_right, value));
            else (_top, _bottom) = (Math.Min(_top, value), Math.Max(_bottom, value));
        }
    }
}

/// <summary>
/// COCO's run-length encoding of a mask: the lengths of runs of 0 and 1 in turn, column by column from the left, each from the top; as a list,
/// or as its compressed text (cocoapi, <c>maskApi.c</c>: six bits per character from 48 on, five of them data; from the third run on
/// the difference from the run two before).
/// </summary>
internal sealed record CocoRuns(int Width, int Height, IReadOnlyList<uint> Runs)
{
    /// <summary>Reads the object that the reader stands at; null where it is none that can be used.</summary>
    public static CocoRuns? Read(ref Utf8JsonReader reader)
    {
        var (size, runs) = ((List<long>?)null, (List<uint>?)null);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "size" && reader.TokenType == JsonTokenType.StartArray) size = Numbers(ref reader);
            else if (name == "counts" && reader.TokenType == JsonTokenType.StartArray)
                runs = Numbers(ref reader) is { } list && list.TrueForAll(run => run is >= 0 and <= uint.MaxValue) ? list.ConvertAll(run => (uint)run) : null;
            else if (name == "counts" && reader.TokenType == JsonTokenType.String) runs = Decompress(reader.GetString()!);
            else reader.Skip();
        }
        return size is [var height and >= 1 and <= int.MaxValue, var width and >= 1 and <= int.MaxValue] && runs is not null
            && runs.Sum(run => (long)run) <= height * width
            ? new((int)width, (int)height, runs)
            : null;
    }

    /// <summary>The smallest box around the pixels of 1; null where there are none.</summary>
    public BoxCorners? Box()
    {
        var (left, top, right, bottom) = (long.MaxValue, long.MaxValue, long.MinValue, long.MinValue);
        foreach (var (start, length) in Ones())
        {
            var (first, last) = (start / Height, (start + length - 1) / Height);
            (left, right) = (Math.Min(left, first), Math.Max(right, last + 1));
            // A run over the end of a column touches the bottom and the top.
            top = Math.Min(top, first == last ? start % Height : 0);
            bottom = Math.Max(bottom, first == last ? (start + length - 1) % Height + 1 : Height);
        }
        return left == long.MaxValue ? null : new(left, top, right, bottom);
    }

    /// <summary>The runs of 1: where each starts, counted column by column, and its length.</summary>
    public IEnumerable<(long Start, long Length)> Ones()
    {
        var at = 0L;
        for (var i = 0; i < Runs.Count; at += Runs[i], i++)
            if (i % 2 == 1 && Runs[i] > 0) yield return (at, Runs[i]);
    }

    private static List<long>? Numbers(ref Utf8JsonReader reader)
    {
        var numbers = new List<long>();
        var isWhole = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && Math.Abs(number) < 1e15) numbers.Add((long)number);
            else
            {
                isWhole = false;
                reader.Skip();
            }
        }
        return isWhole ? numbers : null;
    }

    private static List<uint>? Decompress(string text)
    {
        var runs = new List<uint>();
        for (var at = 0; at < text.Length;)
        {
            var (value, shift, bits) = (0L, 0, 0);
            do
            {
                if (at == text.Length || shift > 55) return null;
                bits = text[at++] - 48;
                if (bits is < 0 or > 63) return null;
                value |= (long)(bits & 31) << shift;
                shift += 5;
            }
            while ((bits & 32) != 0);
            if ((bits & 16) != 0) value |= -1L << shift;
            if (runs.Count > 2) value += runs[^2];
            if (value is < 0 or > uint.MaxValue) return null;
            runs.Add((uint)value);
        }
        return runs;
    }
}
