using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rapport.Gathering;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Jobs;
using Rapport.Server.Pages.Gather;
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
        await later.EndsAsync(job.Id);
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
        await later.EndsAsync(job.Id);
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
        await later.EndsAsync(job.Id);
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
        await later.EndsAsync(job.Id);
        Assert.Equal((GatheringJobState.Over, null), await ReadAsync(own, job));
        Assert.Equal(ImportEnd.Damaged, await EndOfAsync(own, job));
        Assert.Empty(await own.SourcesAsync(Cancel));
        Assert.Empty(spool.Files);
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

        Assert.Equal((null, NoRoom.TooMany), await spool.Jobs.ReserveAsync(own, 1, Cancel));
        await File.WriteAllBytesAsync(Path.Combine(spool.Folder, "left.sealed"), [1], Cancel);
        Assert.Equal(ImportJobs.MostForOnePerson + 1, spool.Files.Length);
        using var later = await spool.StartAsync();
        await Task.WhenAll((await own.Jobs.ListAsync(Cancel)).Select(job => later.EndsAsync(job.Id)));
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

        foreach (var what in new[] { "/confirm", "/partial", "/stop" })
        {
            using var done = await theirs.PostAsync("/gather", page + what);
            Assert.Equal(HttpStatusCode.NotFound, done.StatusCode);
        }

        Assert.Contains("under", await mine.ReadAsync(page + "/progress"), StringComparison.OrdinalIgnoreCase);
        mine.Dispose();
        theirs.Dispose();
    }

    [Fact]
    public async Task A_question_who_a_file_is_about_is_asked_anew_when_the_record_names_somebody_meanwhile()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        using var jobs = await spool.StartAsync();
        var (first, second) = (await AskAsync("Yundt", "1937-01-02"), await AskAsync("Kilback", "2018-08-14"));
        await YesAsync(first);
        Assert.Equal((GatheringJobState.Over, ImportStatus.Taken), await ReadAsync(own, first));

        await YesAsync(second);
        Assert.Equal((GatheringJobState.Asking, ImportStatus.IdentityInDoubt), await ReadAsync(own, second));
        Assert.Equal("1937-01-02", ImportJobNotes.Read((await own.Jobs.FindAsync(second.Id, Cancel))!.Body).Outcome!.Identity!.RecordBirthDate);
        Assert.Single(await own.SourcesAsync(Cancel));

        async Task<GatheringJob> AskAsync(string family, string born)
        {
            var file = $$"""{"resourceType":"Patient","id":"p","name":[{"family":"{{family}}"}],"birthDate":"{{born}}"}""";
            var job = await jobs.BeginAsync(own, new ImportJobNotes { FileName = "p.json", OwnName = "Ortiz" }, new MemoryStream(Encoding.UTF8.GetBytes(file)), Cancel);
            await jobs.EndsAsync(job.Id);
            Assert.Equal((GatheringJobState.Asking, ImportStatus.IdentityInDoubt), await ReadAsync(own, job));
            return job;
        }

        async Task YesAsync(GatheringJob job)
        {
            var now = (await own.Jobs.FindAsync(job.Id, Cancel))!;
            var notes = ImportJobNotes.Read(now.Body);
            Assert.True(await jobs.AnswerAsync(own, now, notes with { ConfirmedDoubt = notes.Outcome!.Identity }, Cancel));
            await jobs.EndsAsync(job.Id);
        }
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

    [Fact]
    public async Task Room_is_asked_for_before_a_file_is_read_and_several_at_once_get_no_more_than_one_after_the_other()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server, 1_000);
        var (first, _) = await spool.Jobs.ReserveAsync(own, 600, Cancel);
        Assert.Equal((null, NoRoom.TooMuch), await spool.Jobs.ReserveAsync(own, 600, Cancel));
        var (unannounced, _) = await spool.Jobs.ReserveAsync(own, null, Cancel);
        Assert.Equal(400, unannounced!.Bytes);
        Assert.Equal((null, NoRoom.TooMuch), await spool.Jobs.ReserveAsync(own, 1, Cancel));

        // Somebody else has room of their own.
        using var other = (await spool.Jobs.ReserveAsync(await NewRecordAsync(), 1_000, Cancel)).Share;
        Assert.NotNull(other);
        first!.Dispose();
        first.Dispose();
        unannounced.Dispose();
        await BeginAsync(spool, own);
        Assert.Equal((null, NoRoom.TooMuch), await spool.Jobs.ReserveAsync(own, 900, Cancel));
        using var small = (await spool.Jobs.ReserveAsync(own, 100, Cancel)).Share;
        Assert.NotNull(small);
    }

    [Fact]
    public async Task Who_has_no_room_left_is_told_before_choosing_a_file_and_nothing_is_laid_down()
    {
        await using var small = new RunningServer { MaxSpoolBytes = 2_000 };
        await small.InitializeAsync();
        var home = await Household.MoveInAsync(small, withRecord: false, name: "Ana Ortiz");
        using var visitor = await home.Patient.SignInAsync(small);
        using var asked = await visitor.UploadAsync("bulk.ndjson", Encoding.UTF8.GetBytes(Conditions + "\n{\"resourceType\":\"Condition\"}\n"));
        Assert.Contains("Add the good part", await asked.Content.ReadAsStringAsync(Cancel));
        using var tooMuch = await visitor.UploadAsync("large.ndjson", new byte[1_500]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooMuch.StatusCode);
        Assert.Contains("There is no room for this file beside those of yours", WebUtility.HtmlDecode(await tooMuch.Content.ReadAsStringAsync(Cancel)));
        Assert.Single(Directory.GetFiles(Path.Combine(small.Settings.DataFolder, "spool"), "*.sealed"));

        for (var i = 1; i < ImportJobs.MostForOnePerson; i++)
        {
            using var more = await visitor.UploadAsync("few.ndjson", "{\"resourceType\":\"Condition\"}\n{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/x\"}}"u8.ToArray());
            Assert.Contains("/partial", await more.Content.ReadAsStringAsync(Cancel));
        }

        var page = await visitor.ReadAsync("/gather");
        Assert.Contains("5 files of yours are still coming in", page);
        Assert.DoesNotContain("type=\"file\"", page);
        Assert.Contains(Say.Fill(GatherText.AsksUntil, Say.Day(small.Clock.GetUtcNow() + ImportJobs.KeptFor)), page);
    }

    [Fact]
    public async Task An_import_that_asks_says_until_when_and_its_file_is_let_go_then()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var home = await Household.MoveInAsync(own, withRecord: false, name: "Ana Ortiz");
        using var visitor = await home.Patient.SignInAsync(own);
        using var asked = await visitor.UploadAsync("other.json", Files.AboutSomebodyElse);
        Assert.Contains(Say.Fill(GatherText.AnswerUntil, Say.Day(own.Clock.GetUtcNow() + ImportJobs.KeptFor)), await asked.Content.ReadAsStringAsync(Cancel));
        var spool = Path.Combine(own.Settings.DataFolder, "spool");
        var record = await home.Patient.OpenAsync(own);
        var job = Assert.Single(await record.Jobs.ListAsync(Cancel));
        own.Clock.Advance(ImportJobs.KeptFor - TimeSpan.FromHours(2));
        Assert.Single(Directory.GetFiles(spool, "*.sealed"));
        own.Clock.Advance(TimeSpan.FromHours(3));

        // The file goes last: what it was needed for is over by then.
        await Eventually(() => Task.FromResult(Directory.GetFiles(spool, "*.sealed").Length == 0));
        Assert.Equal((GatheringJobState.Over, ImportEnd.Unanswered), ((await record.Jobs.FindAsync(job.Id, Cancel))!.State, await EndOfAsync(record, job)));
        using var back = await home.Patient.SignInAsync(own);
        Assert.Contains("It waited too long", await back.ReadAsync($"/gather/{job.Id}"));
    }

    [Fact]
    public async Task A_job_of_a_record_that_was_erased_ends_and_leaves_no_file()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        await own.EraseAsync(Cancel);
        using var later = await spool.StartAsync();
        await later.EndsAsync(job.Id);
        Assert.Null(later.ProgressOf(job.Id));
        Assert.Empty(spool.Files);
    }

    [Fact]
    public async Task A_record_that_is_erased_while_its_job_runs_ends_it_and_leaves_no_file()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        var work = new OtherWork(async run => await run.Own.EraseAsync(Cancel));
        using var later = await spool.StartAsync(work);
        await later.EndsAsync(job.Id);
        Assert.Equal((1, null), (work.Turns, later.ProgressOf(job.Id)));
        Assert.Empty(spool.Files);
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, work.Turns);
    }

    [Fact]
    public async Task What_is_given_up_on_another_server_while_it_is_read_is_not_written_and_leaves_no_file()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        using var elsewhere = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        var work = new OtherWork(run => elsewhere.Jobs.GiveUpAsync(run.Own, run.Job.Id, Cancel));
        using var later = await spool.StartAsync(work);
        await later.EndsAsync(job.Id);
        Assert.Equal(ImportEnd.GivenUp, await EndOfAsync(own, job));
        Assert.Empty(await own.SourcesAsync(Cancel));
        Assert.Empty(spool.Files);
    }

    [Fact]
    public async Task What_was_given_up_on_another_server_before_its_turn_leaves_no_file()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        using var elsewhere = new OwnSpool(server);
        var (first, second) = (await BeginAsync(spool, own), await BeginAsync(spool, own));
        var work = new OtherWork(run => run.Job.Id == first.Id ? elsewhere.Jobs.GiveUpAsync(run.Own, second.Id, Cancel) : Task.CompletedTask);
        using var later = await spool.StartAsync(work);
        await later.EndsAsync(first.Id);
        await later.EndsAsync(second.Id);
        Assert.Empty(spool.Files);
    }

    [Fact]
    public async Task What_is_given_up_on_another_server_once_it_is_written_leaves_no_file()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        using var elsewhere = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        var work = new OtherWork(_ => Task.CompletedTask) { Last = run => elsewhere.Jobs.GiveUpAsync(run.Own, run.Job.Id, Cancel) };
        using var later = await spool.StartAsync(work);
        await later.EndsAsync(job.Id);
        Assert.Equal((1, ImportEnd.GivenUp), (work.Turns, await EndOfAsync(own, job)));
        Assert.Empty(spool.Files);
    }

    [Fact]
    public async Task A_question_that_was_given_up_on_another_server_leaves_no_file_for_long()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        using var elsewhere = new OwnSpool(server);
        var (givenUp, kept) = (await BeginAsync(spool, own), await BeginAsync(spool, own));
        foreach (var job in new[] { givenUp, kept })
        {
            Assert.NotNull(await own.Jobs.ChangeAsync(job, GatheringJobState.Asking, job.Body, Cancel));
        }

        using var later = await spool.StartAsync();
        await elsewhere.Jobs.GiveUpAsync(own, givenUp.Id, Cancel);
        server.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually(() => Task.FromResult(spool.Files.Length == 1));
        Assert.Contains(kept.Id.ToString(), Assert.Single(spool.Files), StringComparison.Ordinal);
        await later.StopAsync(Cancel);
    }

    [Fact]
    public async Task Looking_at_the_page_forgets_nothing_and_the_server_forgets_what_ended_long_ago()
    {
        var home = await Household.MoveInAsync(server, withRecord: false, name: "Ana Ortiz");
        using var visitor = await home.Patient.SignInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        await spool.Jobs.GiveUpAsync(own, job.Id, Cancel);
        server.Clock.Advance(ImportJobs.KeptFor + TimeSpan.FromHours(1));
        using var again = await home.Patient.SignInAsync(server);
        Assert.Contains("<h1", await again.ReadAsync("/gather"));
        Assert.NotNull(await own.Jobs.FindAsync(job.Id, Cancel));
        using var later = await spool.StartAsync();
        await Eventually(async () => await own.Jobs.FindAsync(job.Id, Cancel) is null);
        await later.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_storage_fault_is_waited_out_longer_each_time_and_then_the_file_is_taken()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        var faults = new Queue<Exception>([new Rapport.Data.StorageException(Rapport.Data.StorageFailure.Full), new IOException("no space left"), new Rapport.Data.StorageException(Rapport.Data.StorageFailure.Unavailable)]);
        var work = new OtherWork(_ => faults.TryDequeue(out var fault) ? throw fault : Task.CompletedTask);
        using var later = await spool.StartAsync(work);
        await later.EndsAsync(job.Id);
        foreach (var (pause, turn) in new[] { (30, 1), (60, 2), (120, 3) })
        {
            Assert.Equal((turn, true), (work.Turns, later.ProgressOf(job.Id)!.Value.IsHeldUp));
            Assert.Single(spool.Files);
            server.Clock.Advance(TimeSpan.FromSeconds(pause - 1));
            Assert.Equal(turn, work.Turns);
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            await later.EndsAsync(job.Id);
        }

        Assert.Equal((GatheringJobState.Over, ImportStatus.Taken), await ReadAsync(own, job));
        Assert.Equal((4, null), (work.Turns, later.ProgressOf(job.Id)));
        Assert.Empty(spool.Files);
        Assert.Single(await own.SourcesAsync(Cancel));
    }

    [Fact]
    public async Task A_worker_whose_step_throws_ends_the_job_once_and_says_so()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var job = await BeginAsync(spool, own);
        var work = new OtherWork(_ => throw new InvalidOperationException("a mistake of ours"));
        using var later = await spool.StartAsync(work);
        await later.EndsAsync(job.Id);
        Assert.Equal((GatheringJobState.Over, null), await ReadAsync(own, job));
        Assert.Equal(ImportEnd.Failed, await EndOfAsync(own, job));
        Assert.Empty(spool.Files);
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, work.Turns);

        // The worker goes on with the next one.
        var next = await later.BeginAsync(own, new ImportJobNotes { FileName = "conditions.ndjson", OwnName = "Ortiz" }, new MemoryStream(Encoding.UTF8.GetBytes(Conditions)), Cancel);
        await later.EndsAsync(next.Id);
        Assert.Equal(2, work.Turns);
    }

    [Fact]
    public async Task A_disk_that_is_full_is_told_and_leaves_nothing_and_takes_the_file_when_there_is_room()
    {
        var folder = Directory.CreateTempSubdirectory("rapport-full-").FullName;
        var isMounted = Disk.TryMount(folder, "12m");
        try
        {
            Assert.SkipUnless(isMounted, "a small file system cannot be mounted here: only root may");
            await using var full = new RunningServer { Folder = folder };
            await full.InitializeAsync();
            var home = await Household.MoveInAsync(full, withRecord: false, name: "Ana Ortiz");
            using var visitor = await home.Patient.SignInAsync(full);
            await visitor.ReadAsync("/gather");
            Disk.Fill(Path.Combine(folder, "ballast"), 600_000);
            var file = Encoding.UTF8.GetBytes(Conditions + new string('\n', 2_000_000));
            using var refused = await visitor.UploadAsync("conditions.ndjson", file);
            Assert.Equal(HttpStatusCode.InsufficientStorage, refused.StatusCode);
            Assert.Contains("This server has no room for the file now", await refused.Content.ReadAsStringAsync(Cancel));
            Assert.Empty(Directory.GetFiles(Path.Combine(folder, "spool"), "*.sealed"));
            Assert.Empty(await (await home.Patient.OpenAsync(full)).Jobs.ListAsync(Cancel));
            File.Delete(Path.Combine(folder, "ballast"));
            using var taken = await visitor.UploadAsync("conditions.ndjson", file);
            Assert.Contains("It is in your record", await taken.Content.ReadAsStringAsync(Cancel));
        }
        finally
        {
            Disk.Unmount(folder, isMounted);
        }
    }

    [Fact]
    public async Task A_source_is_taken_back_as_a_job_that_survives_a_restart_and_is_done_once()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        var written = await Importer.ImportAsync(
            own, SourceContent.Of("conditions.ndjson", Encoding.UTF8.GetBytes(Conditions)), new ImportOptions { SourceName = "conditions.ndjson", OwnName = "Ortiz" }, Cancel);
        var source = Assert.Single(await own.SourcesAsync(Cancel));
        var job = await spool.Jobs.TakeBackAsync(own, source, Cancel);
        Assert.Equal(job.Id, (await spool.Jobs.TakeBackAsync(own, source, Cancel)).Id);
        Assert.Null((await spool.Jobs.ReserveAsync(own, 1, Cancel)).Why);

        // The crash: taken back, and not yet said so.
        Assert.NotNull(await own.Jobs.ChangeAsync(job, GatheringJobState.Running, job.Body, Cancel));
        Assert.NotNull(await SourceRemoval.TakeBackAsync(own, written.Source!.Value, Cancel));
        var ledger = (await own.OverviewAsync(Cancel)).LedgerSize;
        using var later = await spool.StartAsync();
        await later.EndsAsync(job.Id);
        Assert.Equal((GatheringJobState.Over, ImportStatus.Taken), await ReadAsync(own, job));
        Assert.Equal(ledger, (await own.OverviewAsync(Cancel)).LedgerSize);
        Assert.False((await own.OverviewAsync(Cancel)).ByType.ContainsKey("Condition"));
    }

    [Fact]
    public async Task A_take_back_that_is_given_up_changes_nothing()
    {
        var own = await NewRecordAsync();
        using var spool = new OwnSpool(server);
        await Importer.ImportAsync(
            own, SourceContent.Of("conditions.ndjson", Encoding.UTF8.GetBytes(Conditions)), new ImportOptions { SourceName = "conditions.ndjson", OwnName = "Ortiz" }, Cancel);
        var job = await spool.Jobs.TakeBackAsync(own, Assert.Single(await own.SourcesAsync(Cancel)), Cancel);
        await spool.Jobs.GiveUpAsync(own, job.Id, Cancel);
        using var later = await spool.StartAsync();
        await later.EndsAsync(job.Id);
        Assert.Equal(ImportEnd.GivenUp, await EndOfAsync(own, job));
        Assert.Null(Assert.Single(await own.SourcesAsync(Cancel)).TakenBackAt);
        Assert.Equal(2, (await own.OverviewAsync(Cancel)).ByType["Condition"]);
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
        await spool.Jobs.BeginAsync(own, new ImportJobNotes { FileName = "conditions.ndjson", OwnName = "Ortiz" }, new MemoryStream(Encoding.UTF8.GetBytes(Conditions)), Cancel);

    private static async Task<(GatheringJobState, ImportStatus?)> ReadAsync(OwnAccess own, GatheringJob job)
    {
        var now = await own.Jobs.FindAsync(job.Id, Cancel);
        return (now!.State, ImportJobNotes.Read(now.Body).Outcome?.Status);
    }

    private static async Task<ImportEnd?> EndOfAsync(OwnAccess own, GatheringJob job) => ImportJobNotes.Read((await own.Jobs.FindAsync(job.Id, Cancel))!.Body).Outcome?.End;

    /// <summary>What a timer set off goes on by itself: waited for, with no other end than that of the test.</summary>
    private static async Task Eventually(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Does something of a test's first, then imports.</summary>
    private sealed class OtherWork(Func<JobRun, Task> first) : JobWork
    {
        private int _turns;

        public int Turns => Volatile.Read(ref _turns);

        /// <summary>What comes after.</summary>
        public JobWork? Then { get; set; }

        /// <summary>Done once that is through.</summary>
        public Func<JobRun, Task> Last { get; init; } = static _ => Task.CompletedTask;

        public override bool Does(ImportJobNotes notes) => true;

        public override async Task<ImportOutcome> RunAsync(JobRun run, CancellationToken cancel)
        {
            Interlocked.Increment(ref _turns);
            await first(run);
            var outcome = await Then!.RunAsync(run, cancel);
            await Last(run);
            return outcome;
        }
    }

    /// <summary>Another node over the same database, that is stopped until it is started.</summary>
    private sealed class OwnSpool : IDisposable
    {
        private readonly RunningServer _server;
        private readonly ServerSettings _settings;

        public OwnSpool(RunningServer server, long mostBytes = long.MaxValue)
        {
            _server = server;
            _settings = server.Settings with { DataFolder = Directory.CreateTempSubdirectory("spool").FullName, MaxSpoolBytes = mostBytes };
            Jobs = New(null);
        }

        public string Folder => Path.Combine(_settings.DataFolder, "spool");

        public string[] Files => Directory.GetFiles(Folder, "*.sealed");

        /// <summary>Takes files and does not work on them.</summary>
        public ImportJobs Jobs { get; }

        public async Task<ImportJobs> StartAsync(OtherWork? work = null)
        {
            var jobs = New(work);
            await jobs.StartAsync(Cancel);
            return jobs;
        }

        public void Dispose()
        {
            Jobs.Dispose();
            Directory.Delete(_settings.DataFolder, recursive: true);
        }

        private ImportJobs New(OtherWork? work)
        {
            var spool = new Spool(_settings);
            var import = new ImportWork(spool, _settings, _server.Clock);
            work?.Then = import;
            return new ImportJobs(_server.Modules, spool, _settings, work is null ? [import, new TakeBackWork()] : [work], NullLogger<ImportJobs>.Instance);
        }
    }
}
