namespace MlNetVision;

/// <summary>
/// The device that was asked for cannot run the network, and the list has no other: ONNX Runtime lacks its execution provider, or its driver
/// fails. The message says what ONNX Runtime has, and which package brings the device.
/// </summary>
public sealed class BadDeviceException : Exception
{
    /// <summary>Makes the exception with a message that names the device and says what there is.</summary>
    public BadDeviceException(string message) : base(message) { }

    /// <summary>Makes the exception with a message and the error that caused it.</summary>
    public BadDeviceException(string message, Exception? innerException) : base(message, innerException) { }
}
