namespace Rapport.Data;

/// <summary>Why the database did not do what was asked.</summary>
public enum StorageFailure
{
    /// <summary>The database cannot be reached or is too busy. Nothing was written; trying again later is safe.</summary>
    Unavailable,

    /// <summary>The disk is full. Nothing was written.</summary>
    Full,

    /// <summary>The connection was lost while committing: the write may or may not have happened. The head row tells.</summary>
    OutcomeUnknown,

    /// <summary>The stored data is damaged.</summary>
    Broken,

    /// <summary>The database does not let this server in: the user, the password or the name is wrong.</summary>
    Refused,

    /// <summary>The database was made by a newer version of this server.</summary>
    TooNew,
}

/// <summary>The database failed. The message is fit to be shown: it holds no data and no names of hosts or tables.</summary>
public sealed class StorageException(StorageFailure failure, Exception? inner = null) : Exception(Describe(failure), inner)
{
    /// <summary>What failed.</summary>
    public StorageFailure Failure { get; } = failure;

    private static string Describe(StorageFailure failure) => failure switch
    {
        StorageFailure.Full => "the disk is full: nothing was written, free some space and try again",
        StorageFailure.OutcomeUnknown => "the database went away while saving: look whether the change is there before trying again",
        StorageFailure.Refused => "the database refuses the connection: check the user, the password and the name of the database",
        StorageFailure.TooNew => "the database was made by a newer version of rapport: start that version, or restore the backup from before",
        StorageFailure.Broken => "the stored data is damaged: restore it from a backup",
        _ => "the database cannot be reached at the moment: nothing was written, try again",
    };
}
