namespace MlNetVision;

/// <summary>An image cannot be read: it is missing, empty, damaged, of an unknown format, or larger than allowed.</summary>
public sealed class BadImageException : Exception
{
    /// <summary>Makes the exception with a message that names the image and states what was expected.</summary>
    public BadImageException(string message) : base(message) { }

    /// <summary>Makes the exception with a message and the error that caused it.</summary>
    public BadImageException(string message, Exception innerException) : base(message, innerException) { }
}

/// <summary>A data set (annotations, lists, splits) cannot be used for training or evaluation.</summary>
public class BadDataSetException : Exception
{
    /// <summary>Makes the exception with a message that names the file and states what was expected.</summary>
    public BadDataSetException(string message) : base(message) { }

    /// <summary>Makes the exception with a message and the error that caused it.</summary>
    public BadDataSetException(string message, Exception innerException) : base(message, innerException) { }
}
