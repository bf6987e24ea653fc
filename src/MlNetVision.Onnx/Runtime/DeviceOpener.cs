using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Runtime;

/// <summary>What opening needs of ONNX Runtime, so that tests can stand in for devices that a machine lacks.</summary>
internal interface IExecutionProviders
{
    /// <summary>ONNX Runtime's names of the providers that it was built with.</summary>
    IReadOnlyList<string> Available { get; }

    /// <summary>Appends the provider of a device.</summary>
    void Append(SessionOptions options, Device device);

    /// <summary>Creates the session; the caller disposes it.</summary>
    InferenceSession Create(byte[] model, SessionOptions options);
}

/// <summary>The ONNX Runtime of the app.</summary>
internal sealed class HostProviders : IExecutionProviders
{
    public static HostProviders Instance { get; } = new();

    public IReadOnlyList<string> Available => OnnxRuntimeEnvironment.Providers;

    public void Append(SessionOptions options, Device device) => device.Facts.Append(options, device.Index);

    public InferenceSession Create(byte[] model, SessionOptions options) => new InferenceSession(model, options);
}

/// <summary>A session with the device that runs it.</summary>
/// <param name="Session">The session.</param>
/// <param name="Device">Its device.</param>
/// <param name="Note">Why devices before it in the list do not run it, in a sentence; null: there are none.</param>
internal sealed record OpenedSession(InferenceSession Session, Device Device, string? Note);

/// <summary>Opens a network on the first device of a list that works.</summary>
/// <param name="model">The network.</param>
/// <param name="options">How it is opened.</param>
/// <param name="providers">What ONNX Runtime has.</param>
internal sealed class DeviceOpener(OnnxModel model, OnnxSessionOptions options, IExecutionProviders providers)
{
    private readonly byte[] _bytes = model.ToBytes();
    private readonly List<string> _problems = [];
    private Exception? _last;

    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="BadModelException">ONNX Runtime refuses the network, whatever the device.</exception>
    /// <exception cref="BadDeviceException">None of the devices works.</exception>
    public OpenedSession Open()
    {
        foreach (var device in (options.Device ?? DeviceList.Cpu).Devices)
        {
            if (device == Device.Cpu) return new(OpenOnCpu(), device, Note(device));
            if (TryOpen(device) is { } session) return new(session, device, Note(device));
        }
        // A network that no device takes is what is wrong, not the device.
        if (_last is OnnxRuntimeException) OpenOnCpu().Dispose();
        throw BadDeviceException.None(options.Device!, _problems, model.Name, _last);
    }

    private InferenceSession OpenOnCpu()
    {
        using var native = options.ToNative();
        try
        {
            return providers.Create(_bytes, native);
        }
        catch (OnnxRuntimeException e)
        {
            ForeignOperators.RequireNone(model);
            throw new BadModelException($"{model.Name}: ONNX Runtime refuses the network: {e.Message}", e);
        }
    }

    private InferenceSession? TryOpen(Device device)
    {
        if (device.DescribeAbsence(providers.Available) is { } absence)
        {
            _problems.Add(absence);
            return null;
        }
        try
        {
            using var native = options.ToNative(device);
            providers.Append(native, device);
            return providers.Create(_bytes, native);
        }
        // A provider whose libraries do not fit ONNX Runtime's managed part lacks the entry point.
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or NotSupportedException)
        {
            _problems.Add($"{device}: ONNX Runtime has the {device.Facts.Provider}, but it fails: {e.Message.Trim().TrimEnd('.')}");
            _last = e;
            return null;
        }
    }

    private string? Note(Device device) => _problems.Count == 0 ? null : $"{model.Name}: {string.Join("; ", _problems)}; {device} runs it.";
}
