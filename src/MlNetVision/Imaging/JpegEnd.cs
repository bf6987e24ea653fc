using System.Buffers.Binary;

namespace MlNetVision.Imaging;

/// <summary>
/// Where the coded data of a JPEG file ends (ITU-T T.81, annex B), and whether all of it is there. Decoders fill up what is missing, so that a
/// file without its end, or with an end marker put behind half of it, looks whole.
/// </summary>
internal readonly ref struct JpegEnd
{
    /// <summary>The share of the rows that must be there.</summary>
    public const double LeastRows = 0.95;

    private const byte Mark = 0xFF, EndOfImage = 0xD9, StartOfScan = 0xDA, RestartInterval = 0xDD, FirstRestart = 0xD0, LastRestart = 0xD7;

    /// <summary>Zeros at the end of the data that do not come from an image: a file that was made at its full length before it was written.</summary>
    private const int Padding = 64;

    private readonly ReadOnlySpan<byte> _jpeg;
    private readonly int _dataEnd;
    private readonly bool _hasRestarts;

    private JpegEnd(ReadOnlySpan<byte> jpeg, int dataEnd, bool hasMarker, bool hasRestarts, bool hasAllScans)
    {
        _jpeg = jpeg;
        (_dataEnd, _hasRestarts, HasAllScans) = (dataEnd, hasRestarts, hasAllScans);
        IsPadded = dataEnd > Padding && !jpeg[(dataEnd - Padding)..dataEnd].ContainsAnyExcept((byte)0);
        HasMarker = hasMarker;
    }

    /// <summary>Whether there is a scan to look at; headers alone are the decoder's affair.</summary>
    public bool HasData => _dataEnd > 0;

    /// <summary>Whether an end marker follows the last scan.</summary>
    public bool HasMarker { get; }

    /// <summary>Whether the last scan ends in zeros.</summary>
    public bool IsPadded { get; }

    /// <summary>Whether each component has a scan, and in a progressive image all its coefficients with all their bits.</summary>
    public bool HasAllScans { get; }

    public static JpegEnd Find(ReadOnlySpan<byte> jpeg)
    {
        var (at, end, hasMarker, hasRestarts) = (2, 0, false, false);
        var progress = new ScanProgress();
        while (NextMarker(jpeg, ref at) is var marker and >= 0)
        {
            if (marker == EndOfImage)
            {
                hasMarker = true;
                break;
            }
            if (marker is 0x01 or >= FirstRestart and <= LastRestart) continue;
            if (at + 2 > jpeg.Length) break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]);
            var segment = jpeg[Math.Min(jpeg.Length, at + 2)..Math.Min(jpeg.Length, at + Math.Max(2, (int)length))];
            at += Math.Max(2, (int)length);
            if (marker is 0xC0 or 0xC1 or 0xC2) progress.Frame(segment, marker == 0xC2);
            else if (marker == RestartInterval) hasRestarts = segment is [_, _, ..] && BinaryPrimitives.ReadUInt16BigEndian(segment) > 0;
            else if (marker == StartOfScan && at < jpeg.Length)
            {
                progress.Scan(segment);
                end = at = EndOfScan(jpeg, at);
            }
        }
        return new(jpeg, end, hasMarker, hasRestarts, progress.IsComplete);
    }

    /// <summary>The file with its coded data up to the padding, and an end marker.</summary>
    public byte[] Closed() => [.. Data, Mark, EndOfImage];

    /// <summary>
    /// The same with noise before the end marker. A decoder reads it where data is missing and passes over it where all is there; so the
    /// images of both differ from the first row that is missing.
    /// </summary>
    public byte[] WithNoise()
    {
        const int Each = 64, Blocks = 64;
        var noise = new byte[Blocks * (Each + 2)];
        var random = new Random(1);
        for (var block = 0; block < Blocks; block++)
        {
            var part = noise.AsSpan(block * (Each + 2), Each + 2);
            random.NextBytes(part);
            for (var i = 0; i < part.Length; i++) part[i] &= 0x7F; // no markers
            // Where the data ends between two restart markers, the next one is expected first.
            if (_hasRestarts) (part[Each], part[Each + 1]) = (Mark, (byte)(FirstRestart + block % 8));
        }
        return [.. Data, .. noise, Mark, EndOfImage];
    }

    /// <summary>The data without padding. In data 0 follows FF, so that an FF at its end is none: erased flash memory, or fill bytes.</summary>
    private ReadOnlySpan<byte> Data => (IsPadded ? _jpeg[.._dataEnd].TrimEnd((byte)0) : _jpeg[.._dataEnd]).TrimEnd(Mark);

    /// <summary>The next marker's second byte; <paramref name="at"/> moves behind it. Negative at the end.</summary>
    private static int NextMarker(ReadOnlySpan<byte> jpeg, ref int at)
    {
        while (at < jpeg.Length)
        {
            if (jpeg[at++] != Mark) continue;
            while (at < jpeg.Length && jpeg[at] == Mark) at++;
            if (at < jpeg.Length && jpeg[at] != 0) return jpeg[at++];
        }
        return -1;
    }

    /// <summary>The position behind the coded data: of the next marker that is neither stuffing nor a restart.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> jpeg, int at)
    {
        while (true)
        {
            var next = jpeg[at..].IndexOf(Mark);
            if (next < 0) return jpeg.Length;
            at += next;
            if (at + 1 >= jpeg.Length) return at;
            if (jpeg[at + 1] is not (0 or Mark or >= FirstRestart and <= LastRestart)) return at;
            at += jpeg[at + 1] == Mark ? 1 : 2;
        }
    }

    /// <summary>Which coefficients of which components are sent down to their last bit (T.81, G.1.1.1); all at once where not progressive.</summary>
    private sealed class ScanProgress
    {
        private const int Coefficients = 64;
        private readonly Dictionary<byte, bool[]> _done = [];
        private bool _isProgressive;

        public bool IsComplete => _done.Values.All(bands => bands.All(isDone => isDone));

        /// <summary>Precision, height, width, the number of components, and three bytes for each.</summary>
        public void Frame(ReadOnlySpan<byte> segment, bool isProgressive)
        {
            _isProgressive = isProgressive;
            for (var i = 0; segment.Length > 5 && i < segment[5] && 6 + 3 * i < segment.Length; i++) _done[segment[6 + 3 * i]] = new bool[Coefficients];
        }

        /// <summary>The number of components, two bytes for each, the first and the last coefficient, and the bits before and after.</summary>
        public void Scan(ReadOnlySpan<byte> segment)
        {
            if (segment.IsEmpty || segment.Length < 4 + 2 * segment[0]) return;
            var bands = segment[(1 + 2 * segment[0])..];
            if (_isProgressive && (bands[2] & 15) != 0) return; // the lowest bits are still to come
            var (first, last) = _isProgressive ? (bands[0], bands[1]) : ((byte)0, (byte)(Coefficients - 1));
            for (var i = 0; i < segment[0]; i++)
            {
                if (!_done.TryGetValue(segment[1 + 2 * i], out var done)) continue;
                for (int c = first; c <= last && c < Coefficients; c++) done[c] = true;
            }
        }
    }
}
