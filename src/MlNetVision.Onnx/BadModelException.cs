namespace MlNetVision;

/// <summary>A model, or a file that belongs to it (weights, labels, anchors), cannot be used.</summary>
public sealed class BadModelException : Exception
{
    /// <summary>Makes the exception with a message that names the file and says what was expected.</summary>
    public BadModelException(string message) : base(message) { }

    /// <summary>Makes the exception with a message and the error that caused it.</summary>
    public BadModelException(string message, Exception innerException) : base(message, innerException) { }
}
