using System.Diagnostics;
using System.Text.Json.Nodes;
using Rapport.Server.Cli;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.HealthLinks;

namespace Rapport.Server.Tests.Cli;

/// <summary>The <c>rapport</c> command as people type it: what it prints, and its exit codes.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapport-cli-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The defaults were told as the program holds them: <c>RecordRoom { Bytes = 21474836480, …</c>, and a name of a type.</summary>
    [Fact]
    public async Task HelpTellsWhatHoldsWithoutAnOptionAsOneWouldWriteIt()
    {
        var help = (await RunAsync("serve", "--help")).Output;
        Assert.Contains("[default: 20:250000]", help);
        Assert.Contains("[default: 12-18]", help);
        Assert.DoesNotContain("{ ", help);
    }

    [Fact]
    public async Task TheKeysOfHealthCardsAreRenewedListedAndRemoved()
    {
        var first = (await RunAsync("card-keys", "renew")).Output.Split(' ')[0];
        var second = (await RunAsync("card-keys", "renew")).Output.Split(' ')[0];
        var listed = (await RunAsync("card-keys", "list")).Output;
        Assert.Contains($"{first} ", listed);
        Assert.Matches($"{second} [0-9-]+ signs", listed);
        Assert.Matches($"{first} [0-9-]+ checks only", listed);
        Assert.Equal(CommandLine.Done, (await RunAsync("card-keys", "remove", first)).Code);
        Assert.Equal(CommandLine.Failed, (await RunAsync("card-keys", "remove", first)).Code);
        Assert.DoesNotContain(first, (await RunAsync("card-keys", "list")).Output);
    }

    [Fact]
    public async Task APersonIsAddedAndRecoversWithACodeThatIsPrintedOnce()
    {
        var made = await RunAsync("add-person", "dr-ada", "--called", "Dr Ada Lee", "--professional", "general practitioner");
        Assert.Equal((CommandLine.Done, "", "dr-ada"), (made.Code, made.Error, made.Value("sign-in name")));
        Assert.Matches("^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$", made.Value("code"));
        var patient = await RunAsync("add-person", "ada", "--called", "Ada", "--record");
        Assert.True(Data.PatientId.TryParse(patient.Value("patient"), out _));
        var twice = await RunAsync("add-person", "dr-ada", "--called", "Another");
        Assert.Equal(CommandLine.NotUnderstood, twice.Code);
        Assert.Contains("taken", twice.Error, StringComparison.Ordinal);
        var recovered = await RunAsync("recover", "DR-ADA");
        Assert.NotEqual(made.Value("code"), recovered.Value("code"));
        Assert.Equal(CommandLine.Failed, (await RunAsync("recover", "nobody-here")).Code);
    }

    [Fact]
    public async Task ARecordIsMadeFilledExportedAndItsLedgerVerified()
    {
        var file = await WriteAsync("ada.json", Samples.Bundle());

        var made = await RunAsync("import", file, "--patient", "new");
        Assert.Equal((CommandLine.Done, ""), (made.Code, made.Error));
        var patient = made.Value("patient");
        Assert.StartsWith("rapport_", made.Value("token"));
        Assert.Equal("Patient/" + patient, made.Value("person"));
        Assert.Contains($"{Samples.Labs + 2} Observation", made.Output);

        var again = await RunAsync("import", file, "--patient", patient);
        Assert.Equal(CommandLine.Done, again.Code);
        Assert.Contains("nothing new", again.Output);

        var stranger = await WriteAsync("stranger.json", Samples.Bundle("Stranger", "1999-09-09"));
        var doubted = await RunAsync("import", stranger, "--patient", patient);
        Assert.Equal(CommandLine.Failed, doubted.Code);
        Assert.Contains("--confirm identity", Assert.Single(doubted.Errors));
        Assert.Equal(CommandLine.Done, (await RunAsync("import", stranger, "--patient", patient, "--confirm", "identity")).Code);

        var record = await RunAsync("export", "--patient", patient);
        Assert.Equal(CommandLine.Done, record.Code);
        var bundle = JsonNode.Parse(record.Output)!;
        Assert.Equal("collection", (string)bundle["type"]!);
        Assert.NotEmpty(bundle["entry"]!.AsArray());

        var ledger = Path.Combine(_folder, "ledger.jsonl");
        var exported = await RunAsync("export", "--patient", patient, "--what", "ledger", "--out", ledger);
        Assert.Equal(CommandLine.Done, exported.Code);
        var verified = await RunAsync("verify", ledger, "--key", exported.Value("key"));
        Assert.Equal((CommandLine.Done, ""), (verified.Code, verified.Error));
        Assert.Contains("entries  3", verified.Output);
        Assert.Contains("it is the key you named", verified.Output);
        Assert.Equal(CommandLine.Failed, (await RunAsync("verify", ledger, "--key", new string('0', 64))).Code);

        Assert.Contains("nothing to compare with", verified.Output);

        // What the server signed at the end of the file is the checkpoint that a patient keeps.
        var kept = Path.Combine(_folder, "kept.txt");
        var last = JsonNode.Parse((await File.ReadAllLinesAsync(ledger, Cancel))[^2])!;
        await File.WriteAllTextAsync(kept, (string)last["checkpoint"]!, Cancel);
        var compared = await RunAsync("verify", ledger, "--checkpoint", kept);
        Assert.Equal((CommandLine.Done, ""), (compared.Code, compared.Error));
        Assert.Contains("the 3 entries that it covered are all there, unchanged", compared.Output);

        await File.WriteAllTextAsync(ledger, (await File.ReadAllTextAsync(ledger, Cancel)).Replace("gathered", "consented"), Cancel);
        var tampered = await RunAsync("verify", ledger);
        Assert.Equal(CommandLine.Failed, tampered.Code);
        Assert.Contains("does not verify", tampered.Error);
    }

    [Fact]
    public async Task AnImportThatIsRefusedChangesNothingAndNamesThePlace()
    {
        var file = await WriteAsync("bad.json", Samples.Bundle().Replace("\"2026-05-03\"", "\"2026-05-33\""));

        var refused = await RunAsync("import", file, "--patient", "new");

        Assert.Equal(CommandLine.Failed, refused.Code);
        Assert.Empty(refused.Output);
        Assert.Contains("Bundle.entry[3].resource.effectiveDateTime", refused.Error);
        Assert.False(File.Exists(Path.Combine(_folder, "data", "rapport.db")));
    }

    [Theory]
    [InlineData("import", "ada.json", "--patient", "00000000000000000000000000")]
    [InlineData("export", "--patient", "00000000000000000000000000")]
    public async Task AWrongFolderGetsNoDatabaseAndNoKey(params string[] args)
    {
        await WriteAsync("ada.json", Samples.Bundle());

        var refused = await RunAsync(args);

        Assert.Equal(CommandLine.Failed, refused.Code);
        Assert.Contains("there is no patient", refused.Error);
        Assert.False(Directory.Exists(Path.Combine(_folder, "data")));
    }

    [Fact]
    public async Task APdfIsKeptAsAPaperAndTheReportSaysSoAsJson()
    {
        var taken = await RunAsync("import", await WriteAsync("letter.pdf", "%PDF-1.7 letter %%EOF"), "--patient", "new", "--json");

        Assert.Equal(CommandLine.Done, taken.Code);
        var report = System.Text.Json.JsonElement.Parse(taken.Output);
        Assert.Equal(("taken", "letter.pdf", "paper"), (report.GetProperty("status").GetString(), report.GetProperty("source").GetString(), report.GetProperty("format").GetString()));
        Assert.Equal(1, report.GetProperty("taken").GetProperty("DocumentReference").GetInt32());
        Assert.Empty(report.GetProperty("notTaken").EnumerateArray());
        Assert.Empty(report.GetProperty("series").EnumerateObject());
    }

    [Fact]
    public async Task AWebPageIsCalledAWebPage()
    {
        var refused = await RunAsync("import", await WriteAsync("record.html", "<!DOCTYPE html><html>"), "--patient", "new");

        Assert.Equal(CommandLine.Failed, refused.Code);
        Assert.Contains("this is a web page", refused.Errors[0]);
    }

    [Theory]
    [InlineData(CommandLine.NotUnderstood, "frob", "frob")]
    [InlineData(CommandLine.NotUnderstood, "`x` is not a port", "serve", "--port", "x")]
    [InlineData(CommandLine.NotUnderstood, "`70000` is not a port", "serve", "--port", "70000")]
    [InlineData(CommandLine.NotUnderstood, "`nowhere` is not an address", "serve", "--listen", "nowhere")]
    [InlineData(CommandLine.NotUnderstood, "`https://x.example` is not a list of host names", "serve", "--hosts", "https://x.example")]
    [InlineData(CommandLine.NotUnderstood, "is not a list of host names", "serve", "--hosts", "x.example:5080")]
    [InlineData(CommandLine.NotUnderstood, "--patient", "import", "x.json")]
    [InlineData(CommandLine.NotUnderstood, "not the id of a patient", "import", "x.json", "--patient", "maya")]
    [InlineData(CommandLine.Failed, "cannot read", "import", "no-such-file.json", "--patient", "new")]
    [InlineData(CommandLine.Failed, "there is no patient", "export", "--patient", "00000000000000000000000000")]
    [InlineData(CommandLine.Failed, "cannot read", "verify", "no-such-file")]
    [InlineData(CommandLine.Failed, "cannot be reached", "serve", "--database", "Host=127.0.0.1;Port=1;Database=x;Username=x")]
    [InlineData(CommandLine.Failed, "cannot be read", "serve", "--database", "nonsense")]
    [InlineData(CommandLine.Failed, "cannot be written", "serve", "--data", "/proc/rapport")]
    public async Task WhatGoesWrongIsToldInALineWithoutATrace(int code, string says, params string[] args)
    {
        var result = await RunAsync(args);

        Assert.Equal(code, result.Code);
        Assert.Contains(says, result.Error);
        Assert.StartsWith("rapport: ", result.Errors[0]);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.DoesNotContain("Exception", result.Error);
        Assert.InRange(result.Errors.Count, 1, 3);
    }

    [Fact]
    public async Task AMissingOrForeignKeyIsRefused()
    {
        var file = await WriteAsync("ada.json", Samples.Bundle());
        Assert.Equal(CommandLine.Done, (await RunAsync("import", file, "--patient", "new")).Code);
        var key = Path.Combine(_folder, "data", "master.key");
        File.Move(key, key + ".kept");

        var missing = await RunAsync("serve");
        Assert.Equal(CommandLine.Failed, missing.Code);
        Assert.Contains("is missing", Assert.Single(missing.Errors));

        Data.MasterKey.New().WriteNewFile(key);
        var foreign = await RunAsync("serve");
        Assert.Equal(CommandLine.Failed, foreign.Code);
        Assert.Contains("is not the key of this database", Assert.Single(foreign.Errors));
    }

    [Fact]
    public async Task ALinkIsOpenedWithAPasscodeThatNoListOfProcessesShows()
    {
        await using var links = await LinkServer.StartAsync(hasPasscode: true);
        links.Files.Add((Gathering.LinkFile.Fhir, System.Text.Encoding.UTF8.GetBytes(Samples.Bundle()), true));
        var outbound = $"http://127.0.0.1/32:{links.Far.Address.Port}";
        var link = links.Link("P", "From the clinic");

        var without = await RunAsync("import", "--link", link, "--patient", "new", "--outbound", outbound);
        Assert.Equal((CommandLine.Failed, ""), (without.Code, without.Output));
        Assert.Contains("the link needs a passcode", without.Error);
        var wrong = await RunAsync("import", "--link", link, "--passcode", "7", "--patient", "new", "--outbound", outbound);
        Assert.Contains("the passcode is not right: 4 more tries are left", wrong.Error);
        Assert.False(File.Exists(Path.Combine(_folder, "data", "rapport.db")));

        var taken = await RunWithAsync($"{link}\n{LinkServer.Passcode}\n", "import", "--link", "-", "--passcode", "-", "--patient", "new", "--json", "--outbound", outbound);

        Assert.Equal((CommandLine.Done, ""), (taken.Code, taken.Error));
        var report = System.Text.Json.JsonElement.Parse(taken.Output);
        Assert.Equal(
            ("taken", "From the clinic", "health-link", "127.0.0.1"),
            (report.GetProperty("status").GetString(), report.GetProperty("source").GetString(), report.GetProperty("format").GetString(), report.GetProperty("link").GetProperty("host").GetString()));
        Assert.All((Run[])[without, wrong, taken], run => Assert.DoesNotContain(links.Make.KeyText, run.Output + run.Error));
        Assert.Contains("nothing that can be asked from here answers at `127.0.0.1`", (await RunAsync("import", "--link", new TestKit.HealthLinkMake().Link("https://127.0.0.1/m"), "--patient", "new")).Error);
    }

    [Theory]
    [InlineData("import", "--patient", "new")]
    [InlineData("import", "a.json", "--link", "shlink:/x", "--patient", "new")]
    [InlineData("import", "--link", "shlink:/x", "--patient", "new", "--outbound", "10.0.0.0/8")]
    public async Task AFileOrALinkIsGivenAndAddressesAreReadStrictly(params string[] args) => Assert.Equal(CommandLine.NotUnderstood, (await RunAsync(args)).Code);

    private async Task<string> WriteAsync(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, content, Cancel);
        return path;
    }

    private Task<Run> RunAsync(params string[] args) => RunWithAsync("", args);

    private async Task<Run> RunWithAsync(string input, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. args])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        };
        start.Environment["RAPPORT_DATA"] = Path.Combine(_folder, "data");
        foreach (var name in new[] { "RAPPORT_PORT", "RAPPORT_DATABASE", "RAPPORT_LISTEN", "RAPPORT_KEY_FILE", "RAPPORT_OUTBOUND", "RAPPORT_LINK_PASSCODE" })
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var error = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return new Run(process.ExitCode, await output, await error);
    }

    private sealed record Run(int Code, string Output, string Error)
    {
        public IReadOnlyList<string> Errors => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public string Value(string name) => Output.Split('\n').Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..].Trim();
    }
}
