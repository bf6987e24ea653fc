namespace MlNetVision.Training.Tests.Bottlenecks;

/// <summary>A file on a disk that is full after a number of bytes: as much as fits is written, and then it fails.</summary>
internal sealed class FailingStream(string path, long room) : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0)
{
    public override void Write(byte[] buffer, int offset, int count)
    {
        var fits = (int)Math.Clamp(room - Position, 0, count);
        base.Write(buffer, offset, fits);
        if (fits < count) throw new IOException($"No space left on device : '{Name}'");
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);
}
