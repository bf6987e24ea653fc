using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Runtime;

/// <summary>
/// The process-wide environment of ONNX Runtime. Its official builds report usage to their maker unless told not to;
/// where this library is the first to use it, it is told.
/// </summary>
public static class RuntimeEnvironment
{
    private static readonly Lock Gate = new();

    /// <summary>Makes the environment, without telemetry, where there is none yet. An app that has made its own keeps it.</summary>
    /// <exception cref="InvalidOperationException">The app lacks the native part of ONNX Runtime.</exception>
    public static void Ensure()
    {
        lock (Gate)
        {
            try
            {
                if (OrtEnv.IsCreated) return;
                var options = new EnvironmentCreationOptions { logId = "MlNetVision", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
                OrtEnv.CreateInstanceWithOptions(ref options).DisableTelemetryEvents();
            }
            catch (Exception e) when (e is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
            {
                throw new InvalidOperationException(
                    "The native part of ONNX Runtime is not there. Add the package Microsoft.ML.OnnxRuntime (or .Gpu, .DirectML) to the app.", e);
            }
        }
    }
}
