using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Runtime;

/// <summary>
/// The process-wide environment of ONNX Runtime. Its official builds send usage reports by default. Where this library creates the environment,
/// they are switched off.
/// </summary>
public static class OnnxRuntimeEnvironment
{
    private static readonly Lock Gate = new();

    /// <summary>
    /// Creates the environment without usage reports, where there is none yet. An existing environment is kept.
    /// <see cref="OnnxSession.Open"/> calls it. Call it before other code uses ONNX Runtime.
    /// </summary>
    /// <exception cref="InvalidOperationException">The app lacks the native part of ONNX Runtime; the message names the packages that have
    /// it.</exception>
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
                    "The native part of ONNX Runtime is not there. Add the package Microsoft.ML.OnnxRuntime to the app.", e);
            }
        }
    }
}
