namespace MlNetVision;

/// <summary>A data set (annotations, lists, splits) cannot be used for training or evaluation.</summary>
public sealed class BadDataSetException : Exception
{
    /// <summary>Makes the exception with a message that names the file and says what was expected.</summary>
    public BadDataSetException(string message) : base(message) { }

    /// <summary>Makes the exception with a message and the error that caused it.</summary>
    public BadDataSetException(string message, Exception innerException) : base(message, innerException) { }
}
