using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.MlNet;

/// <summary>The device of all networks of an <see cref="MLContext"/>, also of those that <c>mlContext.Model.Load</c> opens.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class DeviceContext
{
    /// <summary>
    /// Sets <see cref="MLContext.GpuDeviceId"/> and <see cref="MLContext.FallbackToCpu"/> for the first device that ONNX Runtime was built with.
    /// Set by hand, they end <c>mlContext.Model.Load</c> with <see cref="EntryPointNotFoundException"/> where ONNX Runtime has no CUDA.
    /// </summary>
    /// <param name="context">The context; where the device is not the first of the list, its log says why.</param>
    /// <param name="device">The devices, such as <c>cuda,cpu</c>; ML.NET runs networks on <c>cpu</c> and <c>cuda</c> only.</param>
    /// <returns>The device.</returns>
    /// <exception cref="BadDeviceException">ONNX Runtime, or ML.NET, has none of them.</exception>
    public static Device UseDevice(this MLContext context, DeviceList device)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(device);
        var problems = new List<string>();
        foreach (var wanted in device.Devices)
        {
            if (ChainDevice.OfHost.WhyNot(wanted) is { } absence)
            {
                problems.Add(absence);
                continue;
            }
            context.GpuDeviceId = wanted == Device.Cpu ? null : wanted.Index;
            context.FallbackToCpu = device.Devices.Contains(Device.Cpu);
            if (problems.Count > 0)
                ChainDevice.Note(ChainDevice.EnvironmentOf(context.Transforms), $"{string.Join("; ", problems)}; {wanted} is used.");
            return wanted;
        }
        throw BadDeviceException.None(device, problems);
    }
}
