using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Api.Fhir;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Hosting;

/// <summary>A client that hangs up: no more work is done for it, and no failure of our own goes unnoticed for it.</summary>
public sealed class ClientGoneTests(RunningServer server) : IClassFixture<RunningServer>
{
    public static TheoryData<Exception, bool> Failures => new()
    {
        { new StorageException(StorageFailure.Unavailable), true },
        { new SealBrokenException(new Place("entry", 1, 1)), true },
        { new LedgerBrokenException("the ledger does not add up"), true },
        { new InvalidOperationException("a bug"), true },
        { new OperationCanceledException(), false },
        { new TaskCanceledException(), false },
        { new ConnectionResetException("gone"), false },
        { new IOException("gone"), false },
        { new BadHttpRequestException("unexpected end"), false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task AFailureOfOurOwnIsLoggedAlthoughNobodyIsThereToBeTold(Exception failure, bool isOurs)
    {
        var context = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };
        var log = new Recorded();

        await new RequestGuard(_ => throw failure, log).InvokeAsync(context);

        Assert.Equal(isOurs, log.Errors == 1);
        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
    }

    [Fact]
    public async Task AnAnswerIsNotWrittenOnForAClientThatIsGone()
    {
        var ada = await server.AddAdaAsync();
        var actor = new Actor(ada.Person.Id, ada.Reference, ada.Person.DisplayName, ada.Person.RecipientReferences);
        var own = await server.Modules.Records.Compartments.OpenOwnAsync(ada.Record, actor, TestContext.Current.CancellationToken);
        var everything = await own!.QueryAsync(new RecordQuery.Everything(), TestContext.Current.CancellationToken);
        var history = await own.QueryAsync(new RecordQuery.History("Patient", null), TestContext.Current.CancellationToken);
        var context = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };
        context.Request.Path = "/fhir/Patient/1/_history";

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BundleAnswer.WriteSearchsetAsync(context, everything, everything.Total, true, [], []));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BundleAnswer.WriteHistoryAsync(context, history));
    }

    private sealed class Recorded : ILogger<RequestGuard>
    {
        public int Errors { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Errors += logLevel == LogLevel.Error ? 1 : 0;
    }
}
