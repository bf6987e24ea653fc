namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>
/// Tells a network of AlexeyAB's fork from one of the original Darknet: by sections, options and activations that only the fork's parser knows.
/// It matters where the two programs run the same text differently: the original letterboxes the images of a detector, the fork stretches them
/// unless <c>[net]</c> has <c>letter_box=1</c>.
/// </summary>
/// <remarks>The lists hold what the fork's <c>parser.c</c> reads and that of Debian's darknet (September 2018) does not.</remarks>
internal static class DarknetFork
{
    /// <summary>Signs beyond these do not make it clearer.</summary>
    private const int MostSigns = 4;

    private static readonly HashSet<string> Sections = new(StringComparer.Ordinal)
    {
        "Gaussian_yolo", "scale_channels", "sam", "reorg3d", "local_avgpool", "conv_lstm", "history", "implicit", "contrastive", "empty", "silence",
    };

    private static readonly HashSet<string> Activations = new(StringComparer.Ordinal)
    {
        "swish", "mish", "hard_mish", "relu6", "revleaky", "gelu", "norm_chan", "norm_chan_softmax", "norm_chan_softmax_maxval",
    };

    private static readonly string[] Yolo =
    [
        "scale_x_y", "new_coords", "iou_loss", "iou_thresh", "iou_thresh_kind", "iou_normalizer", "obj_normalizer", "cls_normalizer",
        "delta_normalizer", "uc_normalizer", "nms_kind", "beta_nms", "max_delta", "counters_per_class", "label_smooth_eps", "objectness_smooth",
        "focal_loss", "resize", "show_details", "yolo_point", "track_history_size", "sim_thresh", "dets_for_track", "dets_for_show",
        "track_ciou_norm", "embedding_layer",
    ];

    private static readonly Dictionary<string, HashSet<string>> Keys = new Dictionary<string, string[]>
    {
        ["net"] =
        [
            "letter_box", "mosaic", "mosaic_bound", "cutmix", "mixup", "blur", "gaussian_noise", "label_smooth_eps", "resize_step", "ema_alpha",
            "learning_rate_min", "sgdr_cycle", "sgdr_mult", "seq_scales", "track", "augment_speed", "sequential_subdivisions", "dynamic_minibatch",
            "optimized_memory", "workspace_size_limit_MB", "use_cuda_graph", "loss_scale", "try_fix_nan", "weights_reject_freq",
            "equidistant_point", "badlabels_rejection_percentage", "num_sigmas_reject_badlabels", "contrastive", "contrastive_jit_flip",
            "contrastive_color", "unsupervised", "attention", "adversarial_lr", "max_chart_loss", "show_receptive_field",
        ],
        ["convolutional"] =
        [
            "stride_x", "stride_y", "dilation", "antialiasing", "assisted_excitation", "share_index", "cbn", "bin_output", "sway", "rotate",
            "stretch", "stretch_sway", "grad_centr", "reverse", "coordconv", "stream", "wait_stream",
        ],
        ["maxpool"] = ["stride_x", "stride_y", "maxpool_depth", "out_channels", "antialiasing", "maxpool_zero_nonmax"],
        ["dropout"] = ["dropblock", "dropblock_size_rel", "dropblock_size_abs"],
        ["route"] = ["groups", "group_id", "stream", "wait_stream"],
        ["shortcut"] = ["weights_type", "weights_normalization"],
        ["region"] = ["focal_loss", "resize"],
        ["detection"] = ["resize"],
        ["yolo"] = Yolo,
        ["Gaussian_yolo"] = Yolo,
    }.ToDictionary(p => p.Key, p => p.Value.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>All words of the lists.</summary>
    internal static IEnumerable<string> Words => [.. Sections.Select(s => $"[{s}]"), .. Activations, .. Keys.Values.SelectMany(k => k)];

    /// <summary>What of a network only the fork knows, in the file's order; empty for a network of the original.</summary>
    public static IReadOnlyList<string> Signs(DarknetConfig config)
    {
        var signs = config.Layers.Prepend(config.Net).SelectMany(SignsOf).Distinct(StringComparer.Ordinal).Take(MostSigns + 1).ToArray();
        return signs.Length > MostSigns ? [.. signs[..MostSigns], "…"] : signs;
    }

    private static IEnumerable<string> SignsOf(DarknetSection section)
    {
        if (Sections.Contains(section.Type)) yield return $"[{section.Type}]";
        var known = Keys.GetValueOrDefault(section.Type);
        foreach (var (key, value) in section.Options)
        {
            if (key == "activation" && Activations.Contains(value)) yield return value;
            else if (known?.Contains(key) == true) yield return key;
        }
    }
}

/// <summary>How the network's own program resizes the images of a detector, and why.</summary>
internal static class DarknetResize
{
    /// <summary>Decides it by <c>letter_box</c>, by the final section, and by the program whose network it is.</summary>
    public static (ImportedFit Fit, string Reason) Of(DarknetConfig config, IReadOnlyList<ImportedOutput> heads)
    {
        var net = config.Net;
        if (net.Has("letter_box"))
        {
            return net.Flag("letter_box")
                ? (ImportedFit.Letterbox, "[net] has letter_box=1")
                : (ImportedFit.Stretch, "[net] has letter_box=0");
        }
        if (heads.Any(h => h.Kind == "detection")) return (ImportedFit.Stretch, "a network of YOLO v1 ([detection]), whose program stretches");
        var signs = DarknetFork.Signs(config);
        return signs.Count > 0
            ? (ImportedFit.Stretch, $"a network of AlexeyAB's fork ({string.Join(", ", signs)}), which has no letter_box=1")
            : (ImportedFit.Letterbox, "a network of the original Darknet, whose detector letterboxes");
    }
}
