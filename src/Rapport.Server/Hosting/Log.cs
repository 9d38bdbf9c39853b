using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>Everything the server logs. Nothing of a patient: no ids, no addresses of requests, no texts of exceptions.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "listening on {Address}")]
    public static partial void Listening(ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Warning, "listening beyond this machine on plain http: put a proxy with https in front")]
    public static partial void PlainHttp(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "the demo people are ready: {Added} added, {Kept} were there")]
    public static partial void DemoReady(ILogger logger, int added, int kept);

    [LoggerMessage(4, LogLevel.Information, "stopping")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(EventId = 10, Message = "{Method} {Route} {Status} in {Milliseconds} ms")]
    public static partial void RequestAnswered(ILogger logger, LogLevel level, string method, string route, int status, long milliseconds);

    [LoggerMessage(11, LogLevel.Error, "the database failed during {Route}: {Failure}, {Cause}")]
    public static partial void StorageFailed(ILogger logger, string route, StorageFailure failure, string cause);

    [LoggerMessage(12, LogLevel.Error, "{Route} failed: {Cause} at {Stack}")]
    public static partial void RequestFailed(ILogger logger, string route, string cause, string? stack);

    [LoggerMessage(13, LogLevel.Error, "a record is damaged: {Cause}; somebody else who asked for it was answered as if it were not there")]
    public static partial void RecordUnreadable(ILogger logger, string cause);

    [LoggerMessage(14, LogLevel.Warning, "the database failed when asked for what is new: {Failure}; open pages go on waiting")]
    public static partial void LiveFailed(ILogger logger, StorageFailure failure);

    [LoggerMessage(15, LogLevel.Error, "a stored ledger contradicts itself or what was signed before; its patient was told")]
    public static partial void LedgerBroken(ILogger logger);

    [LoggerMessage(30, LogLevel.Warning, "a server elsewhere was not asked: its name leads to an address that is not public and that nobody opened")]
    public static partial void OutboundRefused(ILogger logger);

    [LoggerMessage(16, LogLevel.Error, "an import could not be finished: {Cause}")]
    public static partial void ImportFailed(ILogger logger, string cause);

    [LoggerMessage(18, LogLevel.Error, "what a device sent could not be made part of its record: {Cause}; it is tried again")]
    public static partial void FoldingFailed(ILogger logger, string cause);

    [LoggerMessage(41, LogLevel.Error, "{Count} conversations are damaged: nobody of their teams could be told of what is late")]
    public static partial void LateDamaged(ILogger logger, int count);

    [LoggerMessage(50, LogLevel.Information, "{Count} conversations in which nothing happened for long were deleted")]
    public static partial void ConversationsDeleted(ILogger logger, int count);

    [LoggerMessage(17, LogLevel.Warning, "the storage failed an import: {Cause}; it is tried again")]
    public static partial void JobHeldUp(ILogger logger, string cause);

    [LoggerMessage(19, LogLevel.Error, "asking for what is new failed: {Cause}; open pages go on waiting")]
    public static partial void LiveBroken(ILogger logger, string cause);

    [LoggerMessage(20, LogLevel.Error, "a conversation is damaged: {Cause}; it was left out")]
    public static partial void ConversationUnreadable(ILogger logger, string cause);

    [LoggerMessage(22, LogLevel.Error, "{Work} failed: {Cause}; it is tried again")]
    public static partial void PassBroken(ILogger logger, string work, string cause);

    [LoggerMessage(42, LogLevel.Warning, "notices could not be seen to: {Cause}; they are tried again")]
    public static partial void NoticesFailed(ILogger logger, string cause);

    [LoggerMessage(43, LogLevel.Warning, "the mail server did not take a message: {Cause}")]
    public static partial void MailFailed(ILogger logger, string cause);
}
