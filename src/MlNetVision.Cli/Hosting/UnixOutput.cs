using System.Runtime.InteropServices;

namespace MlNetVision.Cli.Hosting;

/// <summary>Nobody reads standard output any more: the program at the other end of the pipe, such as <c>head</c>, has ended.</summary>
internal sealed class OutputClosedException() : IOException("Nobody reads standard output any more.");

/// <summary>
/// Standard output of Linux and macOS. .NET's own stream drops in silence what nobody reads, so that <c>| head -1</c> would not end a run of hours.
/// </summary>
internal sealed class UnixOutput : Stream
{
    // errno on Linux and macOS.
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private const int LinuxAgain = 11;
    private const int MacAgain = 35;

    private readonly bool _isClosed = Descriptor.IsClosed(Descriptor.Output);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="OutputClosedException">Nobody reads it.</exception>
    /// <exception cref="IOException">It cannot be written, as on a full disk.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc cref="Write(byte[], int, int)"/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_isClosed) throw new IOException("standard output is closed, so that nothing can be written to it.");
        while (!buffer.IsEmpty)
        {
            var written = Descriptor.Write(Descriptor.Output, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted: break;
                case LinuxAgain or MacAgain: Thread.Sleep(1); break; // the other end set the pipe not to wait
                case BrokenPipe: throw new OutputClosedException();
                case var error: throw new IOException($"standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Standard error. What cannot be written there, as on a full disk, is dropped: it must not end the work that it reports on.</summary>
internal sealed class ErrorOutput(Stream stream) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (IOException)
        {
            // There is no other place to say so.
        }
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) stream.Dispose();
        base.Dispose(disposing);
    }
}
