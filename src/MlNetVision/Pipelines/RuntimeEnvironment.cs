using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Pipelines;

/// <summary>
/// The process-wide environment of ONNX Runtime. Its official builds report usage to their maker unless told not to;
/// where this library is the first to use it, it is told.
/// </summary>
internal static class RuntimeEnvironment
{
    private static readonly Lock Gate = new();

    /// <summary>Makes the environment, without telemetry, where there is none yet. An app that has made its own keeps it.</summary>
    public static void Ensure()
    {
        lock (Gate)
        {
            if (OrtEnv.IsCreated) return;
            var options = new EnvironmentCreationOptions { logId = "MlNetVision", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            OrtEnv.CreateInstanceWithOptions(ref options).DisableTelemetryEvents();
        }
    }
}
