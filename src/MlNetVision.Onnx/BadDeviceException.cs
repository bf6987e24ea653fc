using MlNetVision.Onnx.Runtime;

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

    /// <summary>None of the devices that were asked for works: why not each, and what else could be asked.</summary>
    /// <param name="asked">The devices.</param>
    /// <param name="problems">Why not, a clause for each.</param>
    /// <param name="network">The network's name, which may have been saved with this wish; null where it is about none.</param>
    /// <param name="innerException">The last error of ONNX Runtime; null: there is none.</param>
    public static BadDeviceException None(
        DeviceList asked, IEnumerable<string> problems, string? network = null, Exception? innerException = null)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var (name, saved) = network is null ? ("", "") : ($"{network}: ", ", also in place of what a model was saved with");
        return new($"{name}{string.Join("; ", problems)}. A list such as '{asked},cpu' takes the next one{saved}.", innerException);
    }
}
