using BenchmarkDotNet.Running;
using FastShard.MicroBench;

// "--smoke" runs every benchmark a few times and checks it (what the tests call); "--quick" times them without
// BenchmarkDotNet, in seconds; anything else goes to BenchmarkDotNet, e.g. --filter '*Request*'.
if (args.Contains("--smoke")) return QuickRun.Run(rounds: 1, minMillis: 0);
if (args.Contains("--quick")) return QuickRun.Run(rounds: 7, minMillis: 50);
BenchmarkSwitcher.FromAssembly(typeof(QuickRun).Assembly).Run(args);
return 0;
