using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace FastShard.SystemTests.Harness;

/// <summary>
/// One running server process: on a free port, in a folder of its own, ready when <see cref="Start"/> returns. It is
/// ended by its id when disposed; <see cref="Stop"/> and <see cref="WaitForExit"/> are for tests that look at the end.
/// </summary>
internal sealed class FastShardServer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private readonly bool _keepsFolder;

    private FastShardServer(
        int port, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        bool keepsFolder = false)
    {
        Port = port;
        Folder = folder;
        _keepsFolder = keepsFolder;
        _process = ProgramRun.Start(ServerBinary.Path, arguments, environment, folder);
        ProgramRun.Collect(_process, _output, _errors);
        _process.StandardInput.Close();
    }

    public int Port { get; }

    public string Folder { get; }

    public int ProcessId => _process.Id;

    /// <summary>A path for <c>--unixsocket</c>: short, because the kernel takes about a hundred bytes.</summary>
    public string SocketPath => Path.Combine(Folder, "s");

    public string Log
    {
        get
        {
            lock (_output) lock (_errors) return _output.ToString() + _errors;
        }
    }

    /// <summary>Starts a server; "{folder}" in an option is replaced by its folder.</summary>
    public static FastShardServer Start(string transport, params string[] options) =>
        StartReady(file: null, transport, options);

    public static FastShardServer StartWithFile(string file, string transport, params string[] options) =>
        StartReady(file, transport, options);

    /// <summary>Starts a server on a folder that outlives it, as one that goes on where another ended.</summary>
    public static FastShardServer StartIn(
        string folder, IReadOnlyDictionary<string, string>? environment, params string[] options) =>
        StartIn(folder, environment, isLoading: false, options);

    /// <summary>The same with one that will be loading for long: it is there when it says so.</summary>
    public static FastShardServer StartLoadingIn(string folder, params string[] options) =>
        StartIn(folder, environment: null, isLoading: true, options);

    private static FastShardServer StartIn(
        string folder, IReadOnlyDictionary<string, string>? environment, bool isLoading, string[] options)
    {
        int port = PortOf(options);
        string[] arguments = ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, .. options];
        FastShardServer server = new(port, folder, arguments, environment, keepsFolder: true);
        try
        {
            if (isLoading) server.Until(server.SaysThatItLoads, "the server says that it is loading");
            else server.WaitUntilReady();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Runs the binary with options that make it end at once.</summary>
    public static ProgramResult Run(params string[] options) => ProgramRun.Run(ServerBinary.Path, options);

    public RespClient Connect() => RespClient.Connect(Port);

    public void Signal(string name)
    {
        ProgramResult kill = ProgramRun.Run("/bin/sh", "-c", $"kill -{name} {ProcessId}");
        if (kill.ExitCode != 0) throw new InvalidOperationException($"kill -{name}: {kill}");
    }

    /// <summary>Asks the server to end and returns its exit code.</summary>
    public int Stop(string signal = "TERM")
    {
        Signal(signal);
        return WaitForExit();
    }

    public int WaitForExit()
    {
        if (!_process.WaitForExit(Limit)) throw new TimeoutException($"the server still runs; its log:\n{Log}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>
    /// Asks a condition again and again until it holds; the server's own end or the limit ends the wait.
    /// </summary>
    public void Until(Func<bool> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            // Waiting for the end of the process is the pause between two looks, and catches a crash at once.
            if (_process.WaitForExit(2))
            {
                _process.WaitForExit(); // Without a limit it also waits for the last lines of the log.
                throw new InvalidOperationException($"the server ended with {_process.ExitCode}; its log:\n{Log}");
            }

            if (watch.Elapsed > Limit) throw new TimeoutException($"{what}: not within {Limit.TotalSeconds} s\n{Log}");
        }
    }

    /// <summary>The server's resident memory, in bytes.</summary>
    public long ResidentBytes()
    {
        string line = File.ReadLines($"/proc/{ProcessId}/status").First(text => text.StartsWith("VmRSS:"));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(Limit);
        }

        _process.Dispose();
        if (!_keepsFolder) Directory.Delete(Folder, recursive: true);
    }

    // Another program may take a port that was free a moment ago: the server then says so, and gets another one.
    private static FastShardServer StartReady(string? file, string transport, string[] options)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return StartOnce(file, transport, options);
            }
            catch (InvalidOperationException failure) when (attempt < 5 && !options.Contains("--port")
                && failure.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                continue;
            }
        }
    }

    private static FastShardServer StartOnce(string? file, string transport, string[] options)
    {
        int port = PortOf(options);
        string folder = Directory.CreateTempSubdirectory("fs-").FullName;
        string[] arguments =
        [
            .. file is null ? Array.Empty<string>() : [file],
            "--port", $"{port}", "--bind", "127.0.0.1", "--transport", transport, "--dir", folder,
            // Tests of saving say when to save; the others need no files.
            .. options.Contains("--save") ? Array.Empty<string>() : ["--save", ""],
            .. options.Select(option => option.Replace("{folder}", folder)),
        ];
        FastShardServer server = new(port, folder, arguments);
        try
        {
            server.WaitUntilReady();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static int PortOf(string[] options)
    {
        int given = Array.IndexOf(options, "--port");
        return given >= 0 ? int.Parse(options[given + 1]) : Ports.Free();
    }

    private void WaitUntilReady() => Until(AnswersPing, "the server answers PING");

    private bool SaysThatItLoads()
    {
        try
        {
            using RespClient client = Connect();
            return client.Run("PING").Text?.StartsWith("LOADING", StringComparison.Ordinal) == true;
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return false;
        }
    }

    private bool AnswersPing()
    {
        try
        {
            using RespClient client = Connect();
            if (client.Run("PING").Text?.StartsWith("LOADING", StringComparison.Ordinal) != false) return false;
            // Whoever answers is to be this process; one that wants a password cannot be asked.
            RespValue info = client.Run("INFO", "server");
            return info.IsError || info.Text!.Contains($"process_id:{ProcessId}\r", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return false;
        }
    }
}
