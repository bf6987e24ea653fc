using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Runtime;

/// <summary>What runs networks: the processor, or an accelerator through an execution provider of ONNX Runtime.</summary>
public enum DeviceKind
{
    /// <summary>The processor; every ONNX Runtime has it.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU, by CUDA.</summary>
    Cuda,

    /// <summary>A GPU on Windows, by DirectML.</summary>
    DirectML,

    /// <summary>Apple's GPU or neural engine on macOS, by Core ML.</summary>
    CoreML,

    /// <summary>Intel's processors and GPUs, by OpenVINO.</summary>
    OpenVino,
}

/// <summary>One device, written <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>directml</c>, <c>coreml</c> or <c>openvino</c>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Which one of several, from 0; of CUDA and DirectML alone.</param>
public readonly record struct Device(DeviceKind Kind, int Index = 0)
{
    /// <summary>The processor.</summary>
    public static Device Cpu => default;

    internal DeviceFacts Facts => DeviceFacts.Of(Kind);

    /// <summary>Says that this ONNX Runtime lacks the device, what it has, and which package brings it.</summary>
    /// <returns>A clause without a full stop; null where ONNX Runtime has it, though its driver may still fail.</returns>
    /// <exception cref="InvalidOperationException">The app lacks the native part of ONNX Runtime.</exception>
    public string? DescribeAbsence() => DescribeAbsence(OnnxRuntimeEnvironment.Providers);

    internal string? DescribeAbsence(IReadOnlyList<string> providers) => Kind == DeviceKind.Cpu || providers.Contains(Facts.Provider) ? null
        : $"{this}: this ONNX Runtime has no {Facts.Provider}, only {string.Join(" and ", providers)}; {Facts.Source}";

    /// <summary>The device as it is written, such as <c>cuda:1</c>; the first one has no number.</summary>
    public override string ToString() => Index == 0 ? Facts.Name : string.Create(CultureInfo.InvariantCulture, $"{Facts.Name}:{Index}");
}

/// <summary>What is known of a kind of device.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">How it is written.</param>
/// <param name="Provider">ONNX Runtime's name of its execution provider.</param>
/// <param name="Source">Where it comes from, as a clause.</param>
/// <param name="Append">Appends the provider; the number is that of the device.</param>
/// <param name="IsNumbered">Whether one is chosen by its number.</param>
internal sealed record DeviceFacts(
    DeviceKind Kind, string Name, string Provider, string Source, Action<SessionOptions, int> Append, bool IsNumbered = false)
{
    // DirectML and CUDA have methods of their own, the others are appended by name.
    public static IReadOnlyList<DeviceFacts> All { get; } =
    [
        new(DeviceKind.Cpu, "cpu", "CPUExecutionProvider", "every package has it", (_, _) => { }),
        new(DeviceKind.Cuda, "cuda", "CUDAExecutionProvider", "the NuGet package Microsoft.ML.OnnxRuntime.Gpu brings it",
            (options, index) => options.AppendExecutionProvider_CUDA(index), IsNumbered: true),
        new(DeviceKind.DirectML, "directml", "DmlExecutionProvider", "the NuGet package Microsoft.ML.OnnxRuntime.DirectML brings it, for Windows",
            (options, index) => options.AppendExecutionProvider_DML(index), IsNumbered: true),
        new(DeviceKind.CoreML, "coreml", "CoreMLExecutionProvider", "the NuGet package Microsoft.ML.OnnxRuntime brings it on macOS",
            (options, _) => options.AppendExecutionProvider("CoreML", [])),
        new(DeviceKind.OpenVino, "openvino", "OpenVINOExecutionProvider", "the NuGet package Intel.ML.OnnxRuntime.OpenVino brings it",
            (options, _) => options.AppendExecutionProvider("OpenVINO", [])),
    ];

    /// <exception cref="ArgumentException">The kind is unknown.</exception>
    public static DeviceFacts Of(DeviceKind kind) => All.FirstOrDefault(f => f.Kind == kind)
        ?? throw new ArgumentException($"The kind of device {(int)kind} is unknown; expected a {nameof(DeviceKind)}.");
}
