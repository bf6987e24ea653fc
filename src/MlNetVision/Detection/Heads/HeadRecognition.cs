using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Detection;

/// <summary>Finds the head of a network whose metadata names none: the family that its file or its shapes tell.</summary>
internal static class HeadRecognition
{
    private static IEnumerable<HeadFamily> Families => DetectionHeads.Formats.SelectMany(f => f.Families);

    /// <summary>The names of the families.</summary>
    public static IReadOnlyList<string> Names => [.. Families.Select(f => f.Name)];

    /// <summary>The family of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names the near ones.</exception>
    public static HeadFamily Named(string name) => Families.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no detection head '{name}'. {NearNames.Describe(name, Names)}");

    /// <summary>The head of a network.</summary>
    /// <param name="form">The network.</param>
    /// <param name="name">The family that the user names; null: none.</param>
    /// <exception cref="BadModelException">No family fits, or several do; the message says what was seen, and what <c>--head</c> could say.</exception>
    /// <exception cref="ArgumentException">There is no such family.</exception>
    public static IDetectionHead Of(NetworkForm form, string? name)
    {
        if (name is not null)
        {
            var family = Named(name);
            return Match(family, form with { IsAsked = true }) ?? throw new BadModelException(
                $"{form.Model.Name}: does not have the outputs of '{family.Name}' ({family.Title}). {Seen(form)}"
                + (OtherCount([family], form with { IsAsked = true }) is { Length: > 0 } count ? count : Others(form)));
        }
        var found = Matching(form).ToList();
        return found switch
        {
            [var (_, head)] => head,
            [] => throw new BadModelException($"{form.Model.Name}: its detection head is not known. {Seen(form)} {Advice(form)}"),
            _ => throw new BadModelException(
                $"{form.Model.Name}: its detection head could be {string.Join(" or ", found.Select(f => $"'{f.Family.Name}' ({f.Family.Title})"))}. "
                + $"{Seen(form)} Say which by --head (Head)."),
        };
    }

    /// <summary>The families that fit without being named, with their heads.</summary>
    public static IEnumerable<(HeadFamily Family, IDetectionHead Head)> Matching(NetworkForm form)
    {
        foreach (var family in Families.Where(f => !form.IsOfUltralytics || f.IsOfUltralytics))
            if (Match(family, form) is { } head) yield return (family, head);
    }

    /// <summary>
    /// The head that the declared outputs of a network tell, in words, such as <c>detect · Ultralytics v8 head · 80 classes · 8,400 boxes · suppression
    /// outside</c>; or those that they could be. Empty where none fits, or the network is for another task.
    /// </summary>
    public static IEnumerable<string> Describe(OnnxModel model)
    {
        if (FormOf(model) is not { } form) yield break;
        var found = Matching(form).ToList();
        if (found is [var (_, head)])
        {
            HeadOutput[] outputs = [.. head.Outputs.Select(name => form.Outputs.First(o => o.Name == name))];
            yield return $"detect · {HeadCode.Call(HeadCode.NameOf(head), nameof(head.Describe), () => head.Describe(outputs))}";
        }
        else if (found.Count > 1)
        {
            yield return $"detect · could be {string.Join(" or ", found.Select(f => $"{f.Family.Name} ({f.Family.Title})"))}: say which by --head";
        }
    }

    /// <summary>Whether the declared outputs of a network are those of one family.</summary>
    public static bool IsOfOneFamily(OnnxModel model) => FormOf(model) is { } form && Matching(form).Count() == 1;

    /// <summary>What the shapes tell, without a run; null where they are not known, or the model is no detector.</summary>
    private static NetworkForm? FormOf(OnnxModel model)
    {
        var task = model.Metadata[VisionMetadata.TaskKey];
        if (task is not (null or "detect" or "segment" or "pose" or "obb") || task == "segment" && !StatedInput.IsOfUltralytics(model)) return null;
        var sized = NetworkInput.Sized(
            ImageBatch.OfOne(YoloV7EndToEndHead.OfOneSize(NetworkInput.Sized(model, asked: null))), null, InputSizes.Probe);
        NetworkInput input;
        try
        {
            input = NetworkInput.Of(sized, orGrey: true);
        }
        catch (BadModelException)
        {
            return null; // no input of images
        }
        var outputs = sized.Outputs.Where(o => o.Type == TensorProto.Types.DataType.Float).Select(o => HeadOutput.Declared(o) ?? Inferred(sized, o)).ToList();
        return outputs.Contains(null) ? null : new(sized, input.Width, input.Height, [.. outputs.OfType<HeadOutput>()]) { Labels = model.GetNames() };
    }

    private static HeadOutput? Inferred(OnnxModel sized, OnnxValue output)
    {
        var graph = new GraphWriter(sized, "", inferShapes: true);
        return graph.ShapeOf(output.Name) is { Length: > 1 } shape ? HeadOutput.Declared(output with { Shape = shape }) : null;
    }

    private static IDetectionHead? Match(HeadFamily family, NetworkForm form)
    {
        IDetectionHead? head = null;
        HeadCode.Run($"head family '{family.Name}'", nameof(family.Match), () => head = family.Match(form));
        if (head is not null) HeadCode.Check(head, $"the family '{family.Name}'");
        return head is FamilyHead own ? own with { IsStated = form.IsOfUltralytics } : head;
    }

    private static string Seen(NetworkForm form)
    {
        var labels = form.Labels is { } names ? $", {NamesOf(names.Count)}" : ", no class names";
        var task = form.Model.Metadata[VisionMetadata.TaskKey] is { } stated ? $", the task '{stated}'" : "";
        return FormattableString.Invariant($"Seen: an input of {form.Width}×{form.Height}, outputs {FamilyHead.ShapesOf(form.Outputs)}{labels}{task}.");
    }

    private static string NamesOf(int count) => FormattableString.Invariant($"{count} class {(count == 1 ? "name" : "names")}");

    /// <summary>The families whose outputs these are if there were as many class names as they have classes; empty where there are none.</summary>
    private static string OtherCount(IEnumerable<HeadFamily> families, NetworkForm form)
    {
        if (form.Labels is not { } labels) return "";
        var fitting = families.Select(f => (f.Name, Head: Match(f, form with { Labels = null }))).Where(f => f.Head is not null)
            .Select(f => FormattableString.Invariant($"{f.Name} of {f.Head!.Classes} {(f.Head.Classes == 1 ? "class" : "classes")}")).ToList();
        return fitting.Count == 0 ? "" : $" Its outputs are those of {string.Join(" or ", fitting)}, but there {(labels.Count == 1 ? "is" : "are")} "
            + $"{NamesOf(labels.Count)}: give one for each class (--labels, or the metadata '{VisionMetadata.NamesKey}').";
    }

    /// <summary>The families whose outputs a network has, where the user named another.</summary>
    private static string Others(NetworkForm form)
    {
        string[] fitting = [.. Matching(form).Select(f => f.Family.Name)];
        return fitting.Length == 0 ? "" : $" They are those of {string.Join(" or ", fitting)}.";
    }

    private static string Advice(NetworkForm form)
    {
        if (OtherCount(Families.Where(f => !form.IsOfUltralytics || f.IsOfUltralytics), form) is { Length: > 0 } other) return other[1..];
        var asked = Families.Where(f => Match(f, form with { IsAsked = true }) is not null).Select(f => f.Name).ToList();
        if (asked.Count > 0) return $"Say by --head (Head) which it is: {string.Join(", ", asked)}.";
        var raw = form.Outputs.Any(o => o.Shape.Count >= 4)
            ? " Raw grids of YOLO v2 to v4 need their anchors (--anchors) or a Darknet .cfg; raw maps of YOLO v5 and v7 need an export with boxes (--grid)." : "";
        return $"Known by their outputs: {string.Join(", ", Names)}.{raw}";
    }
}
