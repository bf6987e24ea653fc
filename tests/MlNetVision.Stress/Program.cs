using MlNetVision.Stress;

return StressCommand.Run(args);
