using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.MlNet;

/// <summary>
/// Where ML.NET's <c>ApplyOnnxModel</c> runs a network: it knows the processor and CUDA. Its own fall-back to the processor fails where ONNX
/// Runtime was built without CUDA (<see cref="EntryPointNotFoundException"/>), so the choice is made here.
/// </summary>
/// <param name="describeAbsence">Why ONNX Runtime lacks a device, or null; tests stand in for it.</param>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal sealed class ChainDevice(Func<Device, string?> describeAbsence)
{
    /// <summary>The choice by the app's ONNX Runtime.</summary>
    public static ChainDevice OfHost { get; } = new(device => device.DescribeAbsence());

    /// <summary>Applies a network on the first device that works; where that is not the first asked for, the context's log says why.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="asked">The devices; null: those of the <see cref="MLContext"/>.</param>
    /// <param name="name">The network's name in messages.</param>
    /// <param name="apply">Applies it by a catalog, on the GPU of a number; null: on the processor.</param>
    /// <exception cref="BadDeviceException">None of the devices works.</exception>
    public T Apply<T>(TransformsCatalog transforms, DeviceList? asked, string name, Func<TransformsCatalog, int?, T> apply)
    {
        var environment = EnvironmentOf(transforms);
        var gpu = Setting<int?>(environment, nameof(MLContext.GpuDeviceId));
        asked ??= gpu is not { } index ? DeviceList.Cpu
            : Setting<bool>(environment, nameof(MLContext.FallbackToCpu)) ? new DeviceList(Cuda(index), Device.Cpu) : Cuda(index);
        var problems = new List<string>();
        Exception? last = null;
        foreach (var device in asked.Devices)
        {
            if (WhyNot(device) is { } absence)
            {
                problems.Add(absence);
                continue;
            }
            try
            {
                // For the processor there is no number: a context that has one would take its GPU.
                var applied = device == Device.Cpu
                    ? apply(gpu is null ? transforms : new MLContext().Transforms, null)
                    : apply(transforms, device.Index);
                if (problems.Count > 0) Note(environment, $"{name}: {string.Join("; ", problems)}; {device} runs it.");
                return applied;
            }
            catch (Exception e) when (device != Device.Cpu && e is OnnxRuntimeException or InvalidOperationException or EntryPointNotFoundException)
            {
                // ML.NET puts the stack of ONNX Runtime's error into its own message.
                var message = (e.InnerException ?? e).Message;
                problems.Add($"{device}: it fails: {message.ReplaceLineEndings(" ").Trim().TrimEnd('.')}");
                last = e;
            }
        }
        throw BadDeviceException.None(asked, problems, name, last);
    }

    /// <summary>Writes a note to the log of a context.</summary>
    public static void Note(IHostEnvironment environment, string text)
    {
        using var channel = environment.Start(nameof(MlNetVision));
        channel.Warning(MessageSensitivity.None, text);
    }

    /// <summary>Why a chain of ML.NET cannot run on a device, or null.</summary>
    public string? WhyNot(Device device) => device.Kind is DeviceKind.Cpu or DeviceKind.Cuda
        ? describeAbsence(device)
        : $"{device}: ML.NET runs networks on cpu and cuda only; the plain API has the others";

    /// <summary>The environment that a catalog works in: that of its context, which shows it to ML.NET's own assemblies alone.</summary>
    public static IHostEnvironment EnvironmentOf(TransformsCatalog transforms) => (IHostEnvironment)typeof(TransformsCatalog)
        .GetProperty("Microsoft.ML.Data.IInternalCatalog.Environment", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(transforms)!;

    private static Device Cuda(int index) => new(DeviceKind.Cuda, index);

    private static T? Setting<T>(IHostEnvironment environment, string name) =>
        environment.GetType().GetProperty(name)?.GetValue(environment) is T value ? value : default;
}
