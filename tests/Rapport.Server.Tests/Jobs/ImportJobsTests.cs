using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Jobs;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Jobs;

/// <summary>Imports as work that goes on by itself, over stops and crashes, and is nobody else's to see.</summary>
public sealed class ImportJobsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Conditions = """
        {"resourceType":"Patient","id":"p1","name":[{"family":"Ortiz"}]}
        {"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"code":{"text":"Asthma"}}
        {"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/p1"},"code":{"text":"Hay fever"}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_when_the_server_stops_is_imported_after_the_next_start()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        using var later = await spool.StartAsync();
        await later.WaitAsync(job.Id, TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal((GatheringJobState.Over, ImportStatus.Taken), await ReadAsync(own, job));
        Assert.Equal(2, (await own.OverviewAsync(Cancel)).ByType["Condition"]);
        Assert.Empty(spool.Files);
    }

    [Fact]
    public async Task What_was_written_before_a_crash_is_found_and_not_written_twice()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);

        // The crash: written, and not yet said so.
        Assert.NotNull(await own.Jobs.ChangeAsync(job, GatheringJobState.Running, job.Body, Cancel));
        var options = new ImportOptions { SourceName = "conditions.ndjson", OwnName = "Ortiz" };
        var written = await Importer.ImportAsync(own, SourceContent.Of("conditions.ndjson", Encoding.UTF8.GetBytes(Conditions)), options, Cancel);
        using var later = await spool.StartAsync();
        await later.WaitAsync(job.Id, TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal((GatheringJobState.Over, ImportStatus.Taken), await ReadAsync(own, job));
        Assert.Equal(written.Source, Assert.Single(await own.SourcesAsync(Cancel)).Number);
        Assert.Equal(2, (await own.OverviewAsync(Cancel)).ByType["Condition"]);
    }

    [Fact]
    public async Task What_is_given_up_takes_nothing_and_leaves_no_file()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        Assert.Single(spool.Files);
        await spool.Jobs.GiveUpAsync(own, job.Id, Cancel);
        Assert.Empty(spool.Files);
        using var later = await spool.StartAsync();
        await later.WaitAsync(job.Id, TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal((GatheringJobState.Over, null), await ReadAsync(own, job));
        Assert.Empty(await own.SourcesAsync(Cancel));
    }

    [Fact]
    public async Task A_file_that_waits_is_sealed_and_one_that_was_changed_is_not_read()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        var path = Assert.Single(spool.Files);
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("Asthma"u8));
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        using var later = await spool.StartAsync();
        await later.WaitAsync(job.Id, TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal((GatheringJobState.Asking, null), await ReadAsync(own, job));
        Assert.Empty(await own.SourcesAsync(Cancel));
    }

    [Fact]
    public async Task A_person_has_only_so_many_at_once_and_files_nobody_needs_are_swept()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        for (var i = 0; i < ImportJobs.MostForOnePerson; i++)
        {
            await BeginAsync(spool, own);
        }

        Assert.Null(await spool.Jobs.BeginAsync(own, "one more", "Ortiz", false, new MemoryStream([1]), Cancel));
        await File.WriteAllBytesAsync(Path.Combine(spool.Folder, "left.sealed"), [1], Cancel);
        Assert.Equal(ImportJobs.MostForOnePerson + 1, spool.Files.Length);
        using var later = await spool.StartAsync();
        await Task.WhenAll((await own.Jobs.ListAsync(Cancel)).Select(job => later.WaitAsync(job.Id, TimeSpan.FromMinutes(1), Cancel)));
        Assert.Empty(spool.Files);
        Assert.Equal(2, (await own.OverviewAsync(Cancel)).ByType["Condition"]);
    }

    [Fact]
    public async Task An_import_is_nobody_elses_to_see_or_stop()
    {
        var (mine, theirs) = (await SignedInAsync(), await SignedInAsync());
        using var answer = await mine.UploadAsync("conditions.ndjson", Encoding.UTF8.GetBytes(Conditions));
        var page = answer.RequestMessage!.RequestUri!.AbsolutePath;
        foreach (var path in new[] { page, page + "/progress" })
        {
            using var seen = await theirs.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, seen.StatusCode);
        }

        foreach (var what in new[] { "/confirm", "/partial", "/again", "/stop" })
        {
            using var done = await theirs.PostAsync("/gather", page + what);
            Assert.Equal(HttpStatusCode.NotFound, done.StatusCode);
        }

        Assert.Contains("under", await mine.ReadAsync(page + "/progress"), StringComparison.OrdinalIgnoreCase);
        mine.Dispose();
        theirs.Dispose();
    }

    [Fact]
    public async Task The_good_part_of_a_damaged_file_is_taken_on_request_and_marked()
    {
        using var visitor = await SignedInAsync();
        using var refused = await visitor.UploadAsync("bulk.ndjson", Encoding.UTF8.GetBytes(Conditions + "\n{\"resourceType\":\"Condition\"}\n"));
        var html = await refused.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("line 4", html);
        Assert.Contains("Add the good part", html);
        Assert.Contains("Your record is still empty", await visitor.ReadAsync("/record"));
        using var taken = await visitor.FollowAsync(await visitor.PostAsync("/gather", refused.RequestMessage!.RequestUri!.AbsolutePath + "/partial"));
        Assert.Contains("Only the good part of this file was added", await taken.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_source_is_taken_back_on_its_page()
    {
        using var visitor = await SignedInAsync();
        using var taken = await visitor.UploadAsync("conditions.ndjson", Encoding.UTF8.GetBytes(Conditions));
        var gather = await visitor.ReadAsync("/gather");
        var source = System.Text.RegularExpressions.Regex.Match(gather, "/gather/sources/[0-9]+", System.Text.RegularExpressions.RegexOptions.NonBacktracking).Value;
        Assert.Contains("a FHIR record", await visitor.ReadAsync(source));
        using var gone = await visitor.FollowAsync(await visitor.PostAsync("/gather", source + "/take-back"));
        Assert.Contains("Taken back", await gone.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("Your record is still empty", await visitor.ReadAsync("/record"));
    }

    private async Task<OwnAccess> NewRecordAsync()
    {
        var person = await server.AddPatientAsync();
        return await Patients.OpenAsync(server.Modules, person.Record, Cancel);
    }

    private async Task<FormVisitor> SignedInAsync()
    {
        var home = await Household.MoveInAsync(server, withRecord: false, name: "Ana Ortiz");
        var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        return visitor;
    }

    private static async Task<GatheringJob> BeginAsync(OwnSpool spool, OwnAccess own) =>
        (await spool.Jobs.BeginAsync(own, "conditions.ndjson", "Ortiz", false, new MemoryStream(Encoding.UTF8.GetBytes(Conditions)), Cancel))!;

    private static async Task<(GatheringJobState, ImportStatus?)> ReadAsync(OwnAccess own, GatheringJob job)
    {
        var now = await own.Jobs.FindAsync(job.Id, Cancel);
        return (now!.State, ImportJobNotes.Read(now.Body).Outcome?.Status);
    }

    /// <summary>Another node over the same database, that is stopped until it is started.</summary>
    private sealed class OwnSpool : IDisposable
    {
        private readonly RunningServer _server;
        private readonly ServerSettings _settings;

        public OwnSpool(RunningServer server)
        {
            _server = server;
            _settings = server.Settings with { DataFolder = Directory.CreateTempSubdirectory("spool").FullName };
            Jobs = New();
        }

        public string Folder => Path.Combine(_settings.DataFolder, "spool");

        public string[] Files => Directory.GetFiles(Folder, "*.sealed");

        /// <summary>Takes files and does not work on them.</summary>
        public ImportJobs Jobs { get; }

        public async Task<ImportJobs> StartAsync()
        {
            var jobs = New();
            await jobs.StartAsync(Cancel);
            return jobs;
        }

        public void Dispose()
        {
            Jobs.Dispose();
            Directory.Delete(_settings.DataFolder, recursive: true);
        }

        private ImportJobs New() => new(_server.Modules, new Spool(_settings), _settings, NullLogger<ImportJobs>.Instance);
    }
}
