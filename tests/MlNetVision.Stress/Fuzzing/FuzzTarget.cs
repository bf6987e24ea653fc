namespace MlNetVision.Stress.Fuzzing;

/// <summary>A reader of bytes that come from outside, with sound inputs to start from.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Reads">What it reads, in a few words.</param>
/// <param name="Extension">The extension that inputs are kept under.</param>
/// <param name="Seeds">Makes the sound inputs; all of them must be accepted.</param>
/// <param name="Open">Makes the reader, once for many inputs; it may use the folder.</param>
internal sealed record FuzzTarget(string Name, string Reads, string Extension, Func<IReadOnlyList<byte[]>> Seeds, Func<Sandbox, Action<byte[]>> Open)
{
    /// <summary>The exceptions that the reader documents. A derived one is none of them.</summary>
    public IReadOnlyList<Type> Refusals { get; init; } = [];

    /// <summary>Makes an input of the sound ones.</summary>
    public Func<IReadOnlyList<byte[]>, Random, byte[]> Damage { get; init; } = ByteDamage.Apply;

    /// <summary>What share of a run's number of inputs it gets; readers that start sessions or servers take milliseconds per input.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Whether the reader has documented this exception.</summary>
    public bool IsRefusal(Exception error) => Refusals.Contains(error.GetType())
        || (error is AggregateException { InnerExceptions.Count: 1 } aggregate && IsRefusal(aggregate.InnerException!));
}

/// <summary>A reader accepted an input and gave something impossible.</summary>
internal sealed class WrongResultException(string message) : Exception(message);

/// <summary>A folder for the files of one reader; it goes with it.</summary>
internal sealed class Sandbox : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("mlnetvision-stress-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Writes a file, with the folders that it needs, and returns its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A reader that hangs may still write.
        }
    }
}
