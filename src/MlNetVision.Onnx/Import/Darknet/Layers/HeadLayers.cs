using System.Globalization;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// <c>[region]</c> (YOLO v2) and <c>[yolo]</c> (YOLO v3 and v4). The graph ends before them: their input is an output of the model, and an
/// <see cref="ImportedOutput"/> describes them.
/// </summary>
internal static class HeadLayers
{
    public static ImportedOutput Read(DarknetNetwork network, DarknetSection section)
    {
        var output = string.Create(CultureInfo.InvariantCulture, $"grid_{network.Heads.Count}");
        var (anchors, classes, parameters) = section.Type == "region" ? ReadRegion(section) : ReadYolo(section);
        var grid = network.Previous(section);
        var channels = (long)anchors * (5 + classes);
        if (grid.Channels != channels)
        {
            throw section.Bad(
                $"{anchors} anchors × (5 + {classes} classes) need {channels} channels, the layer before gives {grid.Channels}; " +
                $"expected filters={channels} there");
        }
        network.Graph.Node("Identity", output, [grid.Name]);
        network.Graph.Output(output, TensorProto.Types.DataType.Float, 1, grid.Channels, grid.Height, grid.Width);
        return new ImportedOutput(output, section.Type, parameters);
    }

    private static Head ReadRegion(DarknetSection section)
    {
        RefuseHierarchy(section);
        section.Refuse("background");
        if (section.Integer("coords", 4, 0) is not 4 and var coords) throw section.Bad($"coords={coords} is not supported; expected 4");
        var (anchors, classes) = (ReadAnchors(section), section.Integer("classes", 20, 1));
        return new Head(anchors.Length / 2, classes,
        [
            Parameter("classes", classes),
            Parameter("anchors", anchors),
            Parameter("softmax", section.Flag("softmax") ? 1 : 0),
        ]);
    }

    private static Head ReadYolo(DarknetSection section)
    {
        RefuseHierarchy(section);
        var anchors = ReadAnchors(section);
        var all = anchors.Length / 2;
        var mask = section.Integers("mask") ?? [.. Enumerable.Range(0, all)];
        foreach (var m in mask)
        {
            if (m < 0 || m >= all) throw section.Bad($"mask names anchor {m}; expected one from 0 to {all - 1}");
        }
        var classes = section.Integer("classes", 20, 1);
        return new Head(mask.Length, classes,
        [
            Parameter("classes", classes),
            Parameter("anchors", anchors),
            Parameter("mask", [.. mask.Select(m => (float)m)]),
            Parameter("scale_x_y", section.Float("scale_x_y", 1)),
            Parameter("new_coords", section.Flag("new_coords") ? 1 : 0),
        ]);
    }

    /// <summary>Widths and heights in turn.</summary>
    private static float[] ReadAnchors(DarknetSection section)
    {
        var numbers = section.Floats("anchors") ?? throw section.Bad("anchors is missing; expected pairs of width and height");
        var count = section.Integer("num", 1, 1);
        if (numbers.Length != 2L * count) throw section.Bad($"num={count} anchors need {2L * count} numbers, found {numbers.Length}");
        if (numbers.Any(n => n <= 0)) throw section.Bad("expected anchors larger than 0");
        return numbers;
    }

    private static void RefuseHierarchy(DarknetSection section)
    {
        foreach (var key in (ReadOnlySpan<string>)["tree", "map"])
        {
            if (section.Has(key)) throw section.Bad($"{key} (a hierarchy of classes, YOLO9000) is not supported");
        }
    }

    private static KeyValuePair<string, IReadOnlyList<double>> Parameter(string name, params float[] values) =>
        new(name, [.. values.Select(v => (double)v)]);

    /// <summary>A head: the number of its own anchors, the number of classes, and its parameters.</summary>
    private readonly record struct Head(int Anchors, int Classes, IReadOnlyList<KeyValuePair<string, IReadOnlyList<double>>> Parameters);
}
