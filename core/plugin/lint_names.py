"""What a plugin may import and touch. An allow-list: what is not here is not for plugins, harmless or not.

It finds mistakes and careless tricks at the door. It is no jail: a plugin runs in our process, and who installs one
trusts its author (``plugins.lock`` says which files were read).
"""

from __future__ import annotations

_SQL = """
    BigInteger Boolean CheckConstraint Date DateTime Delete Float ForeignKey ForeignKeyConstraint Index Insert Integer
    JSON LargeBinary Numeric PrimaryKeyConstraint Row Select SmallInteger String Text Time Unicode UnicodeText
    UniqueConstraint Update all_ and_ any_ asc between bindparam case cast collate delete desc distinct exists extract
    false func insert literal not_ null nulls_first nulls_last or_ over select true tuple_ type_coerce union union_all
    update within_group ColumnElement Executable CompoundSelect
"""

#: Module -> the names that may be taken from it; None: all its public ones that are no modules themselves.
MODULES: dict[str, frozenset[str] | None] = {
    "__future__": None,
    "abc": frozenset({"ABC", "abstractmethod"}),
    "base64": frozenset({"b64decode", "b64encode", "urlsafe_b64decode", "urlsafe_b64encode"}),
    "bisect": None,
    "calendar": frozenset({"isleap", "monthcalendar", "monthrange"}),
    "collections": None,
    "collections.abc": None,
    "contextlib": frozenset({"ExitStack", "closing", "contextmanager", "nullcontext", "suppress"}),
    "csv": frozenset({"DictReader", "DictWriter", "Error", "reader", "writer"}),
    "dataclasses": frozenset({"KW_ONLY", "asdict", "astuple", "dataclass", "field", "fields", "replace"}),
    "datetime": None,
    # not the context: what a plugin sets there would round the core's sums
    "decimal": frozenset({"Decimal", "InvalidOperation", "ROUND_DOWN", "ROUND_HALF_EVEN", "ROUND_HALF_UP", "ROUND_UP"}),
    "enum": frozenset({"Enum", "Flag", "IntEnum", "IntFlag", "StrEnum", "auto", "unique"}),
    "fractions": None,
    # not wraps: it sets any attribute of anything
    "functools": frozenset({"cached_property", "cmp_to_key", "partial", "reduce", "total_ordering"}),
    "hashlib": frozenset({"blake2b", "blake2s", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512"}),
    "heapq": None,
    "hmac": frozenset({"compare_digest", "digest", "new"}),
    "html": frozenset({"escape", "unescape"}),
    "io": frozenset({"BytesIO", "StringIO"}),
    "itertools": None,
    "json": frozenset({"JSONDecodeError", "dumps", "loads"}),
    "math": None,
    "operator": frozenset({"add", "and_", "contains", "eq", "ge", "gt", "itemgetter", "le", "lt", "mul", "ne", "sub"}),
    "random": frozenset({"Random", "choice", "choices", "randint", "random", "sample", "shuffle"}),
    "re": None,
    "secrets": None,
    "statistics": None,
    "string": frozenset({"ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "punctuation", "whitespace"}),
    "textwrap": None,
    "time": frozenset({"monotonic", "perf_counter"}),
    "types": frozenset({"MappingProxyType", "SimpleNamespace"}),
    "typing": frozenset(
        """Any Callable ClassVar Final Generic Iterable Iterator Literal NamedTuple Never NewType NoReturn Optional
        Protocol Self Sequence TYPE_CHECKING TypeAlias TypedDict TypeVar Union assert_never cast overload""".split()  # noqa: SIM905
    ),
    "unicodedata": None,
    "uuid": frozenset({"UUID", "uuid4", "uuid5", "NAMESPACE_URL", "NAMESPACE_OID"}),
    "zoneinfo": frozenset({"ZoneInfo"}),
    # what pages are made of; most comes by core.sdk.web
    "flask": frozenset({"abort", "flash", "jsonify", "redirect", "request"}),
    "marshmallow": frozenset({"EXCLUDE", "RAISE", "Schema", "ValidationError", "fields", "validate", "validates"}),
    "sqlalchemy": frozenset(_SQL.split()),
    "sqlalchemy.exc": frozenset({"IntegrityError", "MultipleResultsFound", "NoResultFound"}),
    "sqlalchemy.orm": frozenset({"Mapped", "aliased", "mapped_column"}),
    "wtforms": frozenset({"FieldList", "FormField", "ValidationError", "validators"}),
    "wtforms.validators": None,
}
#: Guest doors of the core; their names are those of ``__all__``.
DOORS = frozenset({"core.sdk", "core.sdk.models", "core.sdk.web"})
#: A migration writes its types out, and reads and writes the plugin's own tables.
IN_MIGRATIONS: dict[str, frozenset[str] | None] = {
    "__future__": None,
    "alembic": frozenset({"op"}),
    "datetime": None,
    "json": frozenset({"dumps", "loads"}),
    "sqlalchemy": frozenset(_SQL.split()) | {"Column", "column", "table", "text"},
}

#: Builtins that reach beyond what the file says.
NAMES = frozenset(
    """KeyboardInterrupt __builtins__ __import__ __loader__ __spec__ breakpoint compile delattr eval exec exit globals
    help input locals open quit setattr vars""".split()  # noqa: SIM905
)
#: Attributes that lead out of the plugin, whatever they are asked of.
ATTRIBUTES = frozenset(
    """add_template_filter add_template_global add_url_rule after_app_request after_request ag_frame
    app_context_processor app_errorhandler app_template_filter app_template_global app_template_test app_url_defaults
    app_url_value_preprocessor before_app_request before_request begin_nested bind commit config connection
    context_processor cookies cr_frame csrf ctx delete_cookie engine environ errorhandler exempt extensions
    f_back f_builtins f_code f_globals f_locals get_bind gi_code gi_frame jinja_env jinja_loader listen listens_for
    metadata query record_once register register_blueprint register_error_handler registry rollback secret_key session
    set_cookie tb_frame tb_next teardown_app_request teardown_request template_filter template_global url_map
    view_functions wsgi_app""".split()  # noqa: SIM905
)
#: Words that turn a form's or a page's guard off when they are set.
SETTINGS = frozenset({"autoescape", "csrf", "csrf_class", "csrf_context", "csrf_enabled", "render_kw"})
