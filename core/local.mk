# core/ - the program, and libweir: all of it but main.c
#
# libcore is libweir before its symbols are hidden; unit tests link it.
noinst_LTLIBRARIES += libcore.la
libcore_la_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS) -DPLUGIN_DIR='"$(pkglibdir)"' \
                      -DSYSCONF_DIR='"$(sysconfdir)"'
libcore_la_SOURCES  = \
    %D%/allowance.c %D%/allowance.h \
    %D%/answer_texts.c %D%/answer_texts.h \
    %D%/arena.c %D%/arena.h \
    %D%/ask.c %D%/ask.h \
    %D%/ask_end.c \
    %D%/ask_gather.c \
    %D%/ask_inner.h \
    %D%/ask_inquiry.c \
    %D%/ask_query.c \
    %D%/ask_query_inner.h \
    %D%/base.h \
    %D%/batch.c \
    %D%/batch_send.c \
    %D%/clock.h \
    %D%/command.c %D%/command.h \
    %D%/command_check.c \
    %D%/command_key.c \
    %D%/command_plugins.c \
    %D%/command_run.c \
    %D%/command_spool.c %D%/command_spool_inner.h \
    %D%/command_spool_list.c \
    %D%/command_spool_move.c \
    %D%/command_spool_place.c \
    %D%/commons.c %D%/commons.h \
    %D%/complaint.c %D%/complaint.h \
    %D%/configuration.c %D%/configuration.h \
    %D%/configured.c \
    %D%/crew.c %D%/crew.h \
    %D%/csvtext.c %D%/csvtext.h \
    %D%/draft.c %D%/draft.h \
    %D%/draft_link.c \
    %D%/endpoint.c %D%/endpoint.h \
    %D%/exposition.c %D%/exposition_inner.h \
    %D%/exposition_head.c \
    %D%/family.c %D%/family.h \
    %D%/file.c %D%/file.h \
    %D%/guess.c %D%/guess.h \
    %D%/identity.c %D%/identity.h \
    %D%/influxline.c \
    %D%/influxname.c %D%/influxname.h \
    %D%/instance.c %D%/instance.h \
    %D%/instance_errand.c \
    %D%/instance_inner.h \
    %D%/instance_sdk.c \
    %D%/instance_self.c \
    %D%/lane_self.c %D%/lane_self.h \
    %D%/layout.c %D%/layout.h \
    %D%/lines.c %D%/lines.h \
    %D%/loader.c %D%/loader.h \
    %D%/lock.h \
    %D%/log.c %D%/log.h \
    %D%/mailbox.c %D%/mailbox.h \
    %D%/markup.h \
    %D%/notify.c %D%/notify.h \
    %D%/number.c %D%/number.h \
    %D%/numeral.c \
    %D%/option.c %D%/option.h \
    %D%/option_parse.c \
    %D%/option_sample.c \
    %D%/outlet.c %D%/outlet.h \
    %D%/pattern.c \
    %D%/pipeline.c %D%/pipeline.h \
    %D%/pipeline_inner.h \
    %D%/pipeline_look.c \
    %D%/pipeline_stop.c \
    %D%/pipeline_relay.c \
    %D%/port_self.c %D%/port_self.h \
    %D%/pipeline_way.c \
    %D%/process_self.c %D%/process_self.h \
    %D%/passage.c %D%/passage.h \
    %D%/reader.c %D%/reader.h \
    %D%/reading.c %D%/reading.h \
    %D%/refusal.c %D%/refusal.h \
    %D%/regex.c %D%/regex.h \
    %D%/relay.c %D%/relay.h \
    %D%/relay_book.c %D%/relay_book.h \
    %D%/relay_inner.h \
    %D%/relay_split.c %D%/relay_split.h \
    %D%/relay_take.c \
    %D%/scan.c %D%/scan.h \
    %D%/section.c %D%/section.h \
    %D%/self.c %D%/self.h \
    %D%/series.c %D%/series.h \
    %D%/shortest.c %D%/shortest.h \
    %D%/sheet.c \
    %D%/sink_figures.c \
    %D%/source.c %D%/source.h \
    %D%/source_key.c \
    %D%/source_label.c \
    %D%/source_tidy.c \
    %D%/stage.c %D%/stage.h \
    %D%/state_folder.c %D%/state_folder.h \
    %D%/statement.c %D%/statement.h \
    %D%/storage.c %D%/storage.h \
    %D%/survey.c %D%/survey.h \
    %D%/table.h \
    %D%/text.c \
    %D%/textfile.c %D%/textfile.h \
    %D%/stale.h \
    %D%/timers.c %D%/timers.h \
    %D%/timetext.c %D%/timetext.h \
    %D%/token.c %D%/token.h \
    %D%/unpacker.c %D%/unpacker.h \
    %D%/utf8.c %D%/utf8.h \
    %D%/watches.c %D%/watches.h \
    %D%/wiring.c %D%/wiring.h \
    %D%/word.h \
    %D%/cli/axis.c %D%/cli/axis.h \
    %D%/cli/canvas.c %D%/cli/canvas.h \
    %D%/cli/caret.c %D%/cli/caret.h \
    %D%/cli/chart.c \
    %D%/cli/client.c %D%/cli/client.h \
    %D%/cli/column.c %D%/cli/column.h \
    %D%/cli/csv.c \
    %D%/cli/folder.c %D%/cli/folder.h \
    %D%/cli/holder.c %D%/cli/holder.h \
    %D%/cli/json.c \
    %D%/cli/moment.c %D%/cli/moment.h \
    %D%/cli/naming.c %D%/cli/naming.h \
    %D%/cli/outcome.c %D%/cli/outcome.h \
    %D%/cli/plain.c %D%/cli/plain.h \
    %D%/cli/query.c \
    %D%/cli/screen.c %D%/cli/screen.h \
    %D%/cli/table.c %D%/cli/table.h \
    %D%/cli/table_matrix.c \
    %D%/cli/view.h \
    %D%/cli/whom.c %D%/cli/whom.h \
    %D%/cli/wish.c %D%/cli/wish.h \
    %D%/http/daemon.c %D%/http/daemon.h \
    %D%/http/exchange.c %D%/http/exchange.h \
    %D%/http/exchange_inner.h \
    %D%/http/exchanges.c \
    %D%/http/front.c %D%/http/front.h \
    %D%/http/gzip.c %D%/http/gzip.h \
    %D%/http/http.c %D%/http/http.h \
    %D%/http/http_inner.h \
    %D%/http/http_listen.c \
    %D%/http/intake.c %D%/http/intake.h \
    %D%/http/listener.c %D%/http/listener.h \
    %D%/http/origin.c %D%/http/origin.h \
    %D%/http/params.c %D%/http/params.h \
    %D%/http/reply.c %D%/http/reply.h \
    %D%/http/request.c %D%/http/request.h \
    %D%/http/request_answer.c %D%/http/request_inner.h \
    %D%/http/route.c %D%/http/route.h \
    %D%/http/server.h \
    %D%/http/visitor.c %D%/http/visitor.h \
    %D%/link/account.c %D%/link/account.h \
    %D%/link/answer.h \
    %D%/link/asker.c %D%/link/asker_inner.h \
    %D%/link/asker_away.c \
    %D%/link/asker_here.c \
    %D%/link/backlog.c %D%/link/backlog.h \
    %D%/link/backlog_fresh.c \
    %D%/link/backlog_inner.h \
    %D%/link/backlog_look.c \
    %D%/link/backlog_send.c \
    %D%/link/board.c %D%/link/board.h \
    %D%/link/counter.c %D%/link/counter.h \
    %D%/link/curve.c %D%/link/curve.h \
    %D%/link/crc32c.c %D%/link/crc32c.h \
    %D%/link/dead.c %D%/link/dead.h \
    %D%/link/depot.c %D%/link/depot.h \
    %D%/link/depot_give.c \
    %D%/link/depot_inner.h \
    %D%/link/desk.c \
    %D%/link/dial.c %D%/link/dial.h \
    %D%/link/errand.c %D%/link/errand.h \
    %D%/link/forgets.c %D%/link/forgets.h \
    %D%/link/frame.c %D%/link/frame.h \
    %D%/link/frame_batch.c \
    %D%/link/frame_layout.c \
    %D%/link/frame_part.h \
    %D%/link/frame_stow.c \
    %D%/link/guard.c %D%/link/guard.h \
    %D%/link/keyfile.c %D%/link/keyfile.h \
    %D%/link/keyring.c %D%/link/keyring.h \
    %D%/link/known.c %D%/link/known.h \
    %D%/link/lane.c %D%/link/lane.h \
    %D%/link/lane_inner.h \
    %D%/link/lane_offer.c \
    %D%/link/lane_rest.c \
    %D%/link/lane_spool.c \
    %D%/link/offers.c %D%/link/offers.h \
    %D%/link/letter.c \
    %D%/link/monitor.c %D%/link/monitor.h \
    %D%/link/options.c %D%/link/options.h \
    %D%/link/part.h \
    %D%/link/part_draft.c \
    %D%/link/part_reader.c \
    %D%/link/peer.c %D%/link/peer.h \
    %D%/link/pending.c %D%/link/pending.h \
    %D%/link/pieces.c %D%/link/pieces.h \
    %D%/link/port.c %D%/link/port.h \
    %D%/link/question.c %D%/link/question.h \
    %D%/link/rank.c %D%/link/rank.h \
    %D%/link/receiver.c %D%/link/receiver.h \
    %D%/link/receiver_batch.c \
    %D%/link/receiver_hello.c \
    %D%/link/receiver_inner.h \
    %D%/link/roll.c %D%/link/roll.h \
    %D%/link/sender.c %D%/link/sender.h \
    %D%/link/sender_inner.h \
    %D%/link/sender_offer.c \
    %D%/link/share.c %D%/link/share.h \
    %D%/link/sink.c %D%/link/sink.h \
    %D%/link/socket.c %D%/link/socket.h \
    %D%/link/socket_setup.c \
    %D%/link/spool.c %D%/link/spool.h \
    %D%/link/spool_adopt.c %D%/link/spool_adopt.h \
    %D%/link/spool_age.c %D%/link/spool_age.h \
    %D%/link/spool_folder.c \
    %D%/link/spool_home.c %D%/link/spool_home.h \
    %D%/link/spool_inner.h \
    %D%/link/spool_pack.c \
    %D%/link/spool_read.c \
    %D%/link/spool_segment.c %D%/link/spool_segment.h \
    %D%/link/spool_shape.c \
    %D%/link/spool_unpack.c %D%/link/spool_unpack.h \
    %D%/link/spool_write.c \
    %D%/link/spread.c %D%/link/spread.h \
    %D%/link/spread_inner.h \
    %D%/link/spread_offer.c \
    %D%/link/stock.c %D%/link/stock.h \
    %D%/link/stream.c %D%/link/stream.h \
    %D%/link/trail.c %D%/link/trail.h \
    %D%/link/trail_inner.h \
    %D%/link/trail_pack.c \
    %D%/link/trail_unpack.c \
    %D%/link/unbind.c %D%/link/unbind.h \
    %D%/link/varint.h \
    %D%/link/window.c %D%/link/window.h \
    %D%/link/wire.h \
    %D%/link/word.c %D%/link/word.h \
    %D%/link/zap.c %D%/link/zap.h \
    %D%/query/aggregation.c %D%/query/aggregation.h \
    %D%/query/aggregation_rank.c \
    %D%/query/aggregation_values.c \
    %D%/query/binary.c %D%/query/binary.h \
    %D%/query/binary_match.c \
    %D%/query/binary_set.c \
    %D%/query/call.c %D%/query/call.h \
    %D%/query/call_absent.c \
    %D%/query/call_date.c \
    %D%/query/call_histogram.c \
    %D%/query/call_label.c \
    %D%/query/call_math.c \
    %D%/query/call_sort.c \
    %D%/query/call_window.c \
    %D%/query/digest.c %D%/query/digest.h \
    %D%/query/evaluation.c %D%/query/evaluation.h \
    %D%/query/evaluator.c %D%/query/evaluator.h \
    %D%/query/figures.c %D%/query/figures.h \
    %D%/query/function.c %D%/query/function.h \
    %D%/query/harvest.c %D%/query/harvest.h \
    %D%/query/kahan.h \
    %D%/query/labelmap.c %D%/query/labelmap.h \
    %D%/query/labelset.c %D%/query/labelset.h \
    %D%/query/lexer.c %D%/query/lexer.h \
    %D%/query/lexer_inner.h \
    %D%/query/lexer_literal.c \
    %D%/query/lexer_word.c \
    %D%/query/literal.c %D%/query/literal.h \
    %D%/query/literal_write.c \
    %D%/query/mean.h \
    %D%/query/operator.c %D%/query/operator.h \
    %D%/query/parser.c \
    %D%/query/parser_clause.c \
    %D%/query/parser_expression.c \
    %D%/query/parser_inner.h \
    %D%/query/parser_selector.c \
    %D%/query/parser_suffix.c \
    %D%/query/pile.c %D%/query/pile.h \
    %D%/query/plan.c %D%/query/plan.h \
    %D%/query/printer.c %D%/query/printer.h \
    %D%/query/printer_inner.h \
    %D%/query/printer_json.c \
    %D%/query/printer_pretty.c \
    %D%/query/quantile.c %D%/query/quantile.h \
    %D%/query/question_text.c \
    %D%/query/range.c %D%/query/range.h \
    %D%/query/selector.c \
    %D%/query/slide.c %D%/query/slide.h \
    %D%/query/summary.c %D%/query/summary.h \
    %D%/query/tree.h \
    %D%/query/typing.c %D%/query/typing.h \
    %D%/query/vector.c %D%/query/vector.h \
    %D%/query/window.c %D%/query/window.h \
    %D%/query/window_rate.c \
    %D%/query/window_trend.c \
    sdk/harness.c sdk/harness_inner.h sdk/harness_request.c \
    sdk/harness_store.c sdk/notebook.c
libcore_la_LIBADD   = $(LTDL_LIBS) $(DEPS_LIBS) -lm -lpthread

lib_LTLIBRARIES   += libweir.la
libweir_la_SOURCES =
libweir_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined
libweir_la_LIBADD  = libcore.la

bin_PROGRAMS += weir
weir_SOURCES  = %D%/main.c
weir_LDADD    = libweir.la

dist_man_MANS += %D%/weir.1
