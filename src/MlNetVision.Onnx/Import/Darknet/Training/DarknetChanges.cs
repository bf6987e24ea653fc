using System.Globalization;

namespace MlNetVision.Onnx.Import.Darknet.Training;

/// <summary>Rewrites the sections of a network as people do by hand before they train it on their own data.</summary>
internal static class DarknetChanges
{
    private const int BoxAttributes = 5;

    /// <summary>Sets size, classes and anchors.</summary>
    /// <param name="config">The network.</param>
    /// <param name="options">The changes.</param>
    /// <returns>The changed network, and the numbers of the layers whose values have another meaning now.</returns>
    /// <exception cref="BadModelException">The heads cannot be changed; the message names the section.</exception>
    public static (DarknetConfig Config, IReadOnlySet<int> Changed) Apply(DarknetConfig config, DarknetTrainingOptions options)
    {
        var net = config.Net;
        if (options.Height is { } height) net = net.With("height", Text(height));
        if (options.Width is { } width) net = net.With("width", Text(width));
        var layers = config.Layers.ToArray();
        var changed = new HashSet<int>();
        if (options.Classes is not null || options.Anchors is not null || options.NewHeads)
        {
            var masks = options.Anchors is null ? null : NewMasks(config, options.Anchors.Count / 2);
            foreach (var head in Heads(config)) Change(layers, changed, head, options, masks?[head.Number]);
        }
        return (config.With(net, layers), changed);
    }

    private static DarknetSection[] Heads(DarknetConfig config) => [.. config.Layers.Where(l => l.Type is "region" or "yolo")];

    private static void Change(DarknetSection[] layers, HashSet<int> changed, DarknetSection head, DarknetTrainingOptions options, int[]? mask)
    {
        int oldCount = Mask(head).Length, oldClasses = head.Integer("classes", 20, 1);
        var (count, classes) = (mask?.Length ?? oldCount, options.Classes ?? oldClasses);
        if (options.Classes is not null) head = head.With("classes", Text(classes));
        if (options.Anchors is { } anchors)
        {
            head = head.With("anchors", string.Join(',', anchors.Select(a => a.ToString(CultureInfo.InvariantCulture))))
                .With("num", Text(anchors.Count / 2));
            if (head.Type == "yolo") head = head.With("mask", string.Join(',', mask!));
        }
        layers[head.Number] = head;
        if (count == oldCount && classes == oldClasses && !options.NewHeads) return;
        var before = head.Number == 0 ? null : layers[head.Number - 1];
        if (before?.Type != "convolutional")
        {
            throw head.Bad(
                "its classes and anchors cannot be changed, as the layer before is " +
                $"{(before is null ? "the image" : $"[{before.Type}]")}; expected [convolutional]");
        }
        layers[before.Number] = before.With("filters", Text(count * ((long)BoxAttributes + classes)));
        changed.Add(before.Number);
    }

    /// <summary>
    /// The anchors that each head has, by the number of its layer: as they are where there are as many, else dealt out evenly in the same order.
    /// </summary>
    private static Dictionary<int, int[]> NewMasks(DarknetConfig config, int count)
    {
        var heads = Heads(config);
        if (heads.Select(h => h.Type).Distinct().Count() > 1)
        {
            throw heads[^1].Bad(
                "the network has [region], with anchors in cells, and [yolo], with anchors in pixels; expected one of them to change all anchors");
        }
        if (heads.Length == 0) return [];
        if (heads.All(h => h.Type == "region")) return heads.ToDictionary(h => h.Number, _ => Enumerable.Range(0, count).ToArray());
        if (heads.All(h => h.Integer("num", 1, 1) == count)) return heads.ToDictionary(h => h.Number, Mask);
        if (count % heads.Length != 0)
            throw heads[^1].Bad($"{count} anchors cannot be dealt out to {heads.Length} heads; expected a multiple of {heads.Length}");
        var share = count / heads.Length;
        return heads.OrderBy(h => Mask(h).Max()).Select((h, i) => (h.Number, Mask: Enumerable.Range(i * share, share).ToArray()))
            .ToDictionary(p => p.Number, p => p.Mask);
    }

    private static int[] Mask(DarknetSection head) =>
        (head.Type == "yolo" ? head.Integers("mask") : null) ?? [.. Enumerable.Range(0, head.Integer("num", 1, 1))];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
