using System.Globalization;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// <c>[region]</c> (YOLO v2) and <c>[yolo]</c> (YOLO v3 and v4). The graph ends before them: their input is an output of the model,
/// and what they would do with it is described by a <see cref="YoloHead"/>.
/// </summary>
internal static class HeadLayers
{
    public static YoloHead Read(DarknetNetwork network, DarknetSection section)
    {
        var output = string.Create(CultureInfo.InvariantCulture, $"grid_{network.Heads.Count}");
        var head = section.Type == "region" ? ReadRegion(section, output) : ReadYolo(section, output);
        var grid = network.Previous(section);
        var channels = (long)head.Anchors.Count * (5 + head.Classes);
        if (grid.Channels != channels)
        {
            throw section.Bad(
                $"{head.Anchors.Count} anchors × (5 + {head.Classes} classes) need {channels} channels, the layer before gives {grid.Channels}; " +
                $"expected filters={channels} there");
        }
        network.Graph.Node("Identity", output, [grid.Name]);
        network.Graph.Output(output, TensorProto.Types.DataType.Float, 1, grid.Channels, grid.Height, grid.Width);
        return head;
    }

    private static YoloHead ReadRegion(DarknetSection section, string output)
    {
        RefuseHierarchy(section);
        section.Refuse("background");
        if (section.Integer("coords", 4, 0) is not 4 and var coords) throw section.Bad($"coords={coords} is not supported; expected 4");
        return new YoloHead
        {
            Output = output,
            Kind = YoloHeadKind.Region,
            Anchors = ReadAnchors(section),
            Classes = section.Integer("classes", 20, 1),
            SoftmaxClasses = section.Flag("softmax"),
        };
    }

    private static YoloHead ReadYolo(DarknetSection section, string output)
    {
        RefuseHierarchy(section);
        var all = ReadAnchors(section);
        var mask = section.Integers("mask") ?? [.. Enumerable.Range(0, all.Length)];
        foreach (var m in mask)
        {
            if (m < 0 || m >= all.Length) throw section.Bad($"mask names anchor {m}; expected one from 0 to {all.Length - 1}");
        }
        return new YoloHead
        {
            Output = output,
            Kind = YoloHeadKind.Yolo,
            Anchors = [.. mask.Select(m => all[m])],
            Classes = section.Integer("classes", 20, 1),
            ScaleXY = section.Float("scale_x_y", 1),
            NewCoordinates = section.Flag("new_coords"),
        };
    }

    private static AnchorSize[] ReadAnchors(DarknetSection section)
    {
        var numbers = section.Floats("anchors") ?? throw section.Bad("anchors is missing; expected pairs of width and height");
        var count = section.Integer("num", 1, 1);
        if (numbers.Length != 2L * count) throw section.Bad($"num={count} anchors need {2L * count} numbers, found {numbers.Length}");
        if (numbers.Any(n => n <= 0)) throw section.Bad("expected anchors larger than 0");
        return [.. numbers.Chunk(2).Select(pair => new AnchorSize(pair[0], pair[1]))];
    }

    private static void RefuseHierarchy(DarknetSection section)
    {
        foreach (var key in (ReadOnlySpan<string>)["tree", "map"])
        {
            if (section.Has(key)) throw section.Bad($"{key} (a hierarchy of classes, YOLO9000) is not supported");
        }
    }
}
