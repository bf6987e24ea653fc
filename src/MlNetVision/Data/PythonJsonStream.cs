namespace MlNetVision.Data;

/// <summary>
/// JSON as Python writes it: <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> outside texts, which JSON does not have, become <c>null</c>. The
/// caller disposes it, and with it the stream behind.
/// </summary>
internal sealed class PythonJsonStream(Stream json) : Stream
{
    private readonly byte[] _read = new byte[16 << 10];
    private byte[] _ready = [];
    private int _at;
    private int _end;
    private bool _inText;
    private bool _escaped;
    private bool _inWord;
    private bool _minus;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_at == _end)
            if (!Fill()) return 0;
        var count = Math.Min(buffer.Length, _end - _at);
        _ready.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) json.Dispose();
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        var count = json.Read(_read, 0, _read.Length);
        // A single letter becomes a word of four; a minus may be held back from before.
        if (_ready.Length == 0) _ready = new byte[4 * _read.Length + 2];
        (_at, _end) = (0, 0);
        foreach (var next in _read.AsSpan(0, count)) Take(next);
        if (count == 0 && _minus) Emit((byte)'-');
        if (count == 0) _minus = false;
        return count > 0 || _end > 0;
    }

    private void Take(byte next)
    {
        if (_inText)
        {
            if (_escaped) _escaped = false;
            else if (next == '\\') _escaped = true;
            else if (next == '"') _inText = false;
            Emit(next);
            return;
        }
        if (_inWord && char.IsAsciiLetter((char)next)) return;
        _inWord = false;
        if (next is (byte)'N' or (byte)'I')
        {
            // The minus of -Infinity is dropped with it.
            (_inWord, _minus) = (true, false);
            foreach (var letter in "null"u8) Emit(letter);
            return;
        }
        if (_minus) Emit((byte)'-');
        _minus = next == '-';
        if (_minus) return;
        _inText = next == '"';
        Emit(next);
    }

    private void Emit(byte value) => _ready[_end++] = value;
}
