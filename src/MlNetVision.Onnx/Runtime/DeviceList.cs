using System.Globalization;

namespace MlNetVision.Onnx.Runtime;

/// <summary>
/// The device that is asked for, and those to take in its place: <c>cuda,cpu</c> is a GPU of NVIDIA where there is one, else the processor. A text
/// converts to it: <c>new ObjectDetectorOptions { Device = "cuda,cpu" }</c>. Lists of the same devices are equal.
/// </summary>
public sealed class DeviceList : IEquatable<DeviceList>
{
    /// <summary>Devices in the order of preference.</summary>
    /// <exception cref="ArgumentException">There is none, one is of no known kind or below 0, or one can never be reached.</exception>
    public DeviceList(params IReadOnlyList<Device> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        if (devices.Count == 0) throw new ArgumentException($"There is no device; {Expected}.");
        foreach (var device in devices)
        {
            var facts = device.Facts;
            if (device.Index < 0 || (device.Index > 0 && !facts.IsNumbered))
                throw new ArgumentException($"Device '{device}' has a number that no such device has; {Expected}.");
        }
        for (var i = 1; i < devices.Count; i++)
        {
            if (devices.Take(i).Contains(devices[i])) throw new ArgumentException($"Device '{devices[i]}' is in the list twice.");
            if (devices[i - 1] == Device.Cpu) throw new ArgumentException($"Device '{devices[i]}' stands behind 'cpu', which always works.");
        }
        Devices = [.. devices];
    }

    /// <summary>The processor alone, which is the default everywhere.</summary>
    public static DeviceList Cpu { get; } = new(Device.Cpu);

    /// <summary>The names of all kinds of devices.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. DeviceFacts.All.Select(f => f.Name)];

    /// <summary>The devices, the preferred one first.</summary>
    public IReadOnlyList<Device> Devices { get; }

    /// <summary>Whether it is the processor alone.</summary>
    public bool IsCpu => Devices[0] == Device.Cpu;

    private static string Expected =>
        $"expected {string.Join(", ", DeviceFacts.All.Select(f => f.IsNumbered ? $"{f.Name}[:N]" : f.Name))}, or several with commas between them";

    /// <summary>Reads a list.</summary>
    /// <param name="text">Devices with commas between them, such as <c>cuda:1,cpu</c>; case does not matter.</param>
    /// <exception cref="ArgumentException">It is no list of devices; the message has the names that may be meant, and all that there are.</exception>
    public static DeviceList Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new([.. text.Split(',', StringSplitOptions.TrimEntries).Select(ParseDevice)]);
    }

    /// <summary>The same as <see cref="Parse"/>.</summary>
    public static implicit operator DeviceList(string text) => Parse(text);

    /// <summary>A list of one.</summary>
    public static implicit operator DeviceList(Device device) => new(device);

    /// <summary>Whether both name the same devices in the same order.</summary>
    public static bool operator ==(DeviceList? left, DeviceList? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(DeviceList? left, DeviceList? right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(DeviceList? other) => other is not null && Devices.SequenceEqual(other.Devices);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DeviceList);

    /// <inheritdoc/>
    public override int GetHashCode() => Devices.Aggregate(0, HashCode.Combine);

    /// <summary>The list as <see cref="Parse"/> reads it, such as <c>cuda:1,cpu</c>.</summary>
    public override string ToString() => string.Join(',', Devices);

    private static Device ParseDevice(string part)
    {
        if (part.Length == 0) throw new ArgumentException($"There is a device without a name; {Expected}.");
        var colon = part.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? part : part[..colon];
        var facts = DeviceFacts.All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"Device '{part}' is unknown{Near(name)}; {Expected}.");
        if (colon < 0) return new Device(facts.Kind);
        if (!facts.IsNumbered) throw new ArgumentException($"Device '{part}': {facts.Name} takes no number; {Expected}.");
        return int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new Device(facts.Kind, index)
            : throw new ArgumentException($"Device '{part}': '{part[(colon + 1)..]}' is no number of a device; {Expected}.");
    }

    private static string Near(string name)
    {
        // "gpu" is one letter away from "cpu", which is not what is meant.
        var near = name.Equals("gpu", StringComparison.OrdinalIgnoreCase) ? ["cuda", "directml", "coreml"] : NearNames.Near(name, Names);
        return near.Count == 0 ? "" : $" (did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?)";
    }
}
